package dev.spoor.intake;

import dev.spoor.event.EventSink;
import java.util.Arrays;

/**
 * Describes the bytes between a source's events. A description starts with {@code 'W' 1}, then
 * operations follow, each with a varint (LEB128) after its code:
 *
 * <pre>
 * 0 n        the next n glues equal the usual one
 * 1 n bytes  from here the usual glue is these n bytes; each description starts with a line feed
 * 2 n bytes  one glue, ended by these n bytes
 * 3 n bytes  n bytes of the next glue, more follows (also in the next description)
 * </pre>
 *
 * A source of n events has n + 1 glues. A glue seen twice in a row becomes the usual one, so files
 * with ordinary line ends of any form need a few bytes in all.
 */
final class Glue {
    static final int DESCRIPTION_BYTES_MAX = 64 << 10;
    private static final int PART_BYTES_MAX = 16 << 10;
    private static final int USUAL_BYTES_MAX = 256;

    private final EventSink sink;
    private final int source;
    private final byte[] pending = new byte[PART_BYTES_MAX];
    private int pendingLength;
    private boolean parted;
    private byte[] usual = {'\n'};
    private byte[] last = {'\n'};
    private long run;
    private final byte[] out = new byte[DESCRIPTION_BYTES_MAX];
    private int size;

    Glue(EventSink sink, int source) {
        this.sink = sink;
        this.source = source;
        begin();
    }

    void append(byte b) {
        if (pendingLength == PART_BYTES_MAX) {
            part();
        }
        pending[pendingLength++] = b;
    }

    void append(byte[] bytes, int from, int to) {
        for (int at = from; at < to; ) {
            if (pendingLength == PART_BYTES_MAX) {
                part();
            }
            int length = Math.min(to - at, PART_BYTES_MAX - pendingLength);
            System.arraycopy(bytes, at, pending, pendingLength, length);
            pendingLength += length;
            at += length;
        }
    }

    /** The glue ends here: an event follows. */
    void event() {
        if (pendingLength == usual.length
                && !parted
                && Arrays.equals(pending, 0, pendingLength, usual, 0, usual.length)) {
            run++;
        } else {
            end();
        }
        pendingLength = 0;
        parted = false;
    }

    /** The source ends here. */
    void finish() {
        event();
        flush();
    }

    private void end() {
        writeRun();
        if (!parted
                && pendingLength <= USUAL_BYTES_MAX
                && Arrays.equals(pending, 0, pendingLength, last, 0, last.length)) {
            usual = Arrays.copyOf(pending, pendingLength);
            write(1, usual, usual.length);
            run = 1;
            return;
        }
        if (!parted && pendingLength <= USUAL_BYTES_MAX) {
            last = Arrays.copyOf(pending, pendingLength);
        }
        write(2, pending, pendingLength);
    }

    private void part() {
        writeRun();
        write(3, pending, pendingLength);
        pendingLength = 0;
        parted = true;
    }

    private void writeRun() {
        if (run > 0) {
            room(11);
            // a new description would have forgotten the usual glue: room() repeats it
            out[size++] = 0;
            varint(run);
            run = 0;
        }
    }

    private void write(int code, byte[] bytes, int length) {
        room(length + 6);
        out[size++] = (byte) code;
        varint(length);
        System.arraycopy(bytes, 0, out, size, length);
        size += length;
    }

    private void room(int length) {
        if (size + length > out.length) {
            flushBytes();
            begin();
            if (usual.length != 1 || usual[0] != '\n') {
                out[size++] = 1;
                varint(usual.length);
                System.arraycopy(usual, 0, out, size, usual.length);
                size += usual.length;
            }
        }
    }

    private void begin() {
        out[0] = 'W';
        out[1] = 1;
        size = 2;
    }

    private void flush() {
        writeRun();
        flushBytes();
    }

    private void flushBytes() {
        sink.wrapper(source, Arrays.copyOf(out, size));
    }

    private void varint(long value) {
        long rest = value;
        while (rest >= 0x80) {
            out[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        out[size++] = (byte) rest;
    }
}
