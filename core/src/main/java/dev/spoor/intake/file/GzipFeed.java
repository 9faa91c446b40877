package dev.spoor.intake.file;

import dev.spoor.intake.Feed;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks gzip (RFC 1952), any number of members one after another. What comes out before a fault
 * is kept; a cut or damaged file is told by {@link #loss}.
 */
final class GzipFeed implements Feed {
    private static final int HEADER_BYTES = 10;
    private static final int TRAILER_BYTES = 8;

    private final Feed packed;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] in = new byte[256 << 10];
    private int at;
    private int end;
    private boolean member;
    private boolean done;
    private long members;
    private @Nullable Loss loss;

    GzipFeed(Feed packed) {
        this.packed = packed;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        while (!done) {
            if (!member && !header()) {
                break;
            }
            try {
                int size = inflater.inflate(into, offset, length);
                if (size > 0) {
                    crc.update(into, offset, size);
                    return size;
                }
                if (inflater.finished()) {
                    at = end - inflater.getRemaining();
                    trailer();
                } else if (inflater.needsInput()) {
                    at = end;
                    if (!need(1)) {
                        lost("cut", "the gzip data end in the middle of a member");
                    } else {
                        inflater.setInput(in, at, end - at);
                    }
                } else {
                    lost("parse", "the gzip data need a dictionary");
                }
            } catch (DataFormatException e) {
                lost("parse", "the gzip data are damaged: " + e.getMessage());
            }
        }
        done = true;
        return -1;
    }

    private boolean header() {
        if (!need(1)) {
            return false;
        }
        if (members > 0 && (in[at] == 0 || !magic())) {
            if (!onlyZeros()) {
                lost("parse", "bytes behind the last gzip member are not gzip");
            }
            return false;
        }
        if (!need(HEADER_BYTES)) {
            lost("cut", "the gzip data end in a header");
            return false;
        }
        if (!magic() || in[at + 2] != 8) {
            lost("parse", "the gzip header is damaged");
            return false;
        }
        int flags = in[at + 3];
        at += HEADER_BYTES;
        boolean complete =
                ((flags & 4) == 0 || extra())
                        && ((flags & 8) == 0 || text())
                        && ((flags & 16) == 0 || text())
                        && ((flags & 2) == 0 || skip(2));
        if (!complete) {
            lost("cut", "the gzip data end in a header");
            return false;
        }
        inflater.reset();
        crc.reset();
        inflater.setInput(in, at, end - at);
        member = true;
        members++;
        return true;
    }

    private boolean magic() {
        return need(2) && in[at] == 0x1f && in[at + 1] == (byte) 0x8b;
    }

    private boolean extra() {
        return need(2) && skip(2 + ((in[at] & 0xff) | (in[at + 1] & 0xff) << 8));
    }

    private boolean skip(int size) {
        int left = size;
        while (left > 0) {
            if (!need(1)) {
                return false;
            }
            int step = Math.min(left, end - at);
            at += step;
            left -= step;
        }
        return true;
    }

    private boolean text() {
        while (need(1)) {
            if (in[at++] == 0) {
                return true;
            }
        }
        return false;
    }

    private boolean onlyZeros() {
        while (need(1)) {
            if (in[at++] != 0) {
                return false;
            }
        }
        return true;
    }

    private void trailer() {
        member = false;
        if (!need(TRAILER_BYTES)) {
            lost("cut", "the gzip data end in a check sum");
            return;
        }
        long wanted =
                (in[at] & 0xffL)
                        | (in[at + 1] & 0xffL) << 8
                        | (in[at + 2] & 0xffL) << 16
                        | (in[at + 3] & 0xffL) << 24;
        at += TRAILER_BYTES;
        if (wanted != crc.getValue() && loss == null) {
            loss = new Loss("parse", "a gzip check sum does not match: the content is damaged");
        }
    }

    /** At least {@code size} bytes are in hand. */
    private boolean need(int size) {
        while (end - at < size) {
            if (at > 0) {
                System.arraycopy(in, at, in, 0, end - at);
                end -= at;
                at = 0;
            }
            int read = packed.read(in, end, in.length - end);
            if (read < 0) {
                return false;
            }
            end += read;
        }
        return true;
    }

    private void lost(String kind, String detail) {
        done = true;
        if (loss == null) {
            loss = packed.loss() != null ? packed.loss() : new Loss(kind, detail);
        }
    }

    @Override
    public @Nullable Loss loss() {
        return loss != null ? loss : packed.loss();
    }

    @Override
    public void close() {
        inflater.end();
        packed.close();
    }
}
