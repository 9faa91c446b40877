package dev.spoor.intake.file;

import dev.spoor.intake.Feed;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks what CloudWatch sends to a Lambda: {@code {"awslogs":{"data":"BASE64"}}}, any number one
 * after another. The data are gzip members, which is the next layer's business. White space aside
 * there is nothing else to keep; anything else ends the reading and is told by {@link #loss}.
 */
final class AwsLogsFeed implements Feed {
    private static final String OPEN = "{\"awslogs\":{\"data\":\"";
    private static final String CLOSE = "}}";

    private final Feed packed;
    private final byte[] in = new byte[64 << 10];
    private int at;
    private int end;
    private boolean inside;
    private boolean done;
    private final byte[] quads = new byte[48 << 10];
    private byte[] out = {};
    private int given;
    private @Nullable Loss loss;

    AwsLogsFeed(Feed packed) {
        this.packed = packed;
    }

    /** Whether a file begins like one. */
    static boolean begins(byte[] head, int size) {
        int matched = 0;
        for (int i = 0; i < size && matched < OPEN.length(); i++) {
            if (head[i] == OPEN.charAt(matched)) {
                matched++;
            } else if (!blank(head[i])) {
                return false;
            }
        }
        return matched == OPEN.length();
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        while (given == out.length) {
            if (done || !decode()) {
                return -1;
            }
        }
        int size = Math.min(length, out.length - given);
        System.arraycopy(out, given, into, offset, size);
        given += size;
        return size;
    }

    /** Decodes the next part of the data into {@link #out}, which may stay empty. */
    private boolean decode() {
        if (!inside) {
            if (!words(OPEN)) {
                done = true;
                return false;
            }
            inside = true;
        }
        int size = 0;
        while (size < quads.length) {
            int b = next();
            if (b < 0) {
                lost("cut", "the awslogs data end in the middle");
                break;
            }
            if (b == '"') {
                inside = false;
                break;
            }
            if (b != '\\') { // a slash may be escaped
                quads[size++] = (byte) b;
            }
        }
        try {
            out = Base64.getDecoder().decode(Arrays.copyOf(quads, inside ? size / 4 * 4 : size));
        } catch (IllegalArgumentException e) {
            out = new byte[0];
            lost("parse", "the awslogs data are not base64");
        }
        given = 0;
        if (!inside && !words(CLOSE)) {
            lost("parse", "unexpected bytes behind awslogs data");
        }
        return out.length > 0 || !done;
    }

    /** Reads these characters, between which white space may stand; false at the end before. */
    private boolean words(String wanted) {
        for (int i = 0; i < wanted.length(); ) {
            int b = next();
            if (b < 0) {
                if (i > 0) {
                    lost("cut", "the awslogs data end in the middle");
                }
                return false;
            }
            if (b == wanted.charAt(i)) {
                i++;
            } else if (!blank((byte) b)) {
                lost("parse", "unexpected bytes beside awslogs data");
                return false;
            }
        }
        return true;
    }

    private int next() {
        if (at == end) {
            end = packed.read(in, 0, in.length);
            at = 0;
            if (end < 0) {
                end = 0;
                return -1;
            }
        }
        return in[at++] & 0xff;
    }

    private static boolean blank(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private void lost(String kind, String detail) {
        done = true;
        if (loss == null) {
            loss = new Loss(kind, detail);
        }
    }

    @Override
    public @Nullable Loss loss() {
        return packed.loss() != null ? packed.loss() : loss;
    }

    @Override
    public void close() {
        packed.close();
    }
}
