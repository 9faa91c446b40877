package dev.spoor.intake;

import dev.spoor.fault.Tampered;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;

/**
 * Gives a source's bytes back from its events and its glue descriptions: the inverse of intake. The
 * form of a description is told at {@link Glue}.
 */
public final class Original {
    private final Iterator<byte[]> events;
    private final OutputStream out;
    private byte[] usual = {'\n'};
    private boolean first = true;

    private Original(Iterator<byte[]> events, OutputStream out) {
        this.events = events;
        this.out = out;
    }

    /**
     * Writes the source as it was, decompressed.
     *
     * @param descriptions what {@link dev.spoor.event.EventSink#wrapper} was given for the source,
     *     in order
     * @param events the original bytes of its events, in order
     * @throws Tampered when descriptions and events do not fit together
     */
    public static void write(
            Iterable<byte[]> descriptions, Iterator<byte[]> events, OutputStream out)
            throws IOException {
        var original = new Original(events, out);
        for (var description : descriptions) {
            original.description(description);
        }
        if (events.hasNext()) {
            throw new Tampered("wrapper: the source has more events than its descriptions tell");
        }
    }

    private void description(byte[] bytes) throws IOException {
        if (bytes.length < 2 || bytes[0] != 'W' || bytes[1] != 1) {
            throw new Tampered("wrapper: unknown form of description (expected 'W' 1)");
        }
        usual = new byte[] {'\n'};
        var at = new int[] {2};
        while (at[0] < bytes.length) {
            int code = bytes[at[0]++];
            long number = varint(bytes, at);
            if (code == 0) {
                for (long i = 0; i < number; i++) {
                    startGlue();
                    out.write(usual);
                    endGlue();
                }
                continue;
            }
            if (number > bytes.length - at[0] || code < 0 || code > 3) {
                throw new Tampered("wrapper: description is damaged at byte " + at[0]);
            }
            int from = at[0];
            at[0] += (int) number;
            switch (code) {
                case 1 -> usual = java.util.Arrays.copyOfRange(bytes, from, at[0]);
                case 2 -> {
                    startGlue();
                    out.write(bytes, from, (int) number);
                    endGlue();
                }
                default -> {
                    startGlue();
                    out.write(bytes, from, (int) number);
                }
            }
        }
    }

    /** The event before a glue is written only when the glue begins: the last glue has none. */
    private void startGlue() throws IOException {
        if (!inGlue && !first) {
            if (!events.hasNext()) {
                throw new Tampered(
                        "wrapper: the source has fewer events than its descriptions tell");
            }
            out.write(events.next());
        }
        first = false;
        inGlue = true;
    }

    private boolean inGlue;

    private void endGlue() {
        inGlue = false;
    }

    private static long varint(byte[] bytes, int[] at) {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            if (at[0] >= bytes.length) {
                break;
            }
            byte b = bytes[at[0]++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new Tampered("wrapper: description is damaged at byte " + at[0]);
    }
}
