package dev.spoor.ledger;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds bytes in bytes: eight places at a time are asked for the two bytes of the part that are
 * rarest in texts, and only where both stand it is compared.
 */
final class Search {
    /** What texts and logs are mostly made of, the most frequent first. */
    private static final byte[] FREQUENT =
            " e0taoinsr12d3l4c56789um/p.-gh:f\"bv=y,_k[]wTZxIE".getBytes(StandardCharsets.US_ASCII);

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    static final Search UNICODE_ESCAPE = new Search(new byte[] {'\\', 'u'});

    final byte[] part;

    /** Where the rarest byte stands in the part, and the next rarest. */
    private final int rare;

    private final int other;

    Search(byte[] part) {
        this.part = part.clone();
        int first = 0;
        int second = 0;
        for (int i = 1; i < part.length; i++) {
            if (rarer(part[i], part[first])) {
                second = first;
                first = i;
            } else if (second == first || rarer(part[i], part[second])) {
                second = i;
            }
        }
        rare = first;
        other = second;
    }

    private static boolean rarer(byte a, byte b) {
        return frequency(a) < frequency(b);
    }

    private static int frequency(byte b) {
        for (int i = 0; i < FREQUENT.length; i++) {
            if (FREQUENT[i] == b) {
                return FREQUENT.length - i;
            }
        }
        return 0;
    }

    boolean in(byte[] bytes, int from, int to) {
        return find(bytes, from, to) >= 0;
    }

    /** Where the part begins, or -1. */
    int find(byte[] bytes, int from, int to) {
        int length = part.length;
        if (length == 0) {
            return from;
        }
        long x = (part[rare] & 0xffL) * ONES;
        long y = (part[other] & 0xffL) * ONES;
        int last = to - length; // where it may begin at the latest
        int at = from;
        for (; at <= last - 7; at += 8) {
            long apart =
                    ((long) LONGS.get(bytes, at + rare) ^ x)
                            | ((long) LONGS.get(bytes, at + other) ^ y);
            // Above a byte that is zero others may be told wrongly: they are compared, too
            long zero = (apart - ONES) & ~apart & HIGHS;
            for (; zero != 0; zero &= zero - 1) {
                int place = at + (Long.numberOfTrailingZeros(zero) >>> 3);
                if (Arrays.equals(bytes, place, place + length, part, 0, length)) {
                    return place;
                }
            }
        }
        for (; at <= last; at++) {
            if (bytes[at + rare] == part[rare]
                    && Arrays.equals(bytes, at, at + length, part, 0, length)) {
                return at;
            }
        }
        return -1;
    }

    /** Whether what stands at a place of a literal may be the end of an escape. */
    static boolean escapedBefore(DecodedColumn column, int literal, int at) {
        for (int i = Math.max(column.literalStarts[literal], at - 5); i < at; i++) {
            if (column.literals[i] == '\\') {
                return true;
            }
        }
        return false;
    }

    /** Takes a literal and a place in it where the part begins; true = enough of this one. */
    interface Each {
        boolean take(int literal, int at);
    }

    /** Looks through the literals of a column; those that stand side by side are one text. */
    void each(DecodedColumn column, Each each) {
        int literals = column.literalStarts.length;
        int run = 0;
        while (run < literals) {
            int end = run + 1;
            while (end < literals && column.literalStarts[end] == column.literalEnds[end - 1]) {
                end++;
            }
            run(column, run, end, each);
            run = end;
        }
    }

    private void run(DecodedColumn column, int first, int end, Each each) {
        var bytes = column.literals;
        int last = column.literalEnds[end - 1];
        int literal = first;
        int at = find(bytes, column.literalStarts[first], last);
        while (at >= 0) {
            while (column.literalEnds[literal] <= at) {
                literal++;
            }
            int stop = column.literalEnds[literal];
            boolean enough = at + part.length <= stop && each.take(literal, at);
            at = find(bytes, enough ? stop : at + 1, last);
        }
    }
}
