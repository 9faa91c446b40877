package dev.spoor.detect.facts;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds which of a few words occur in bytes, in one pass whatever their number (Aho and Corasick,
 * 1975). Latin letters match in both cases.
 */
final class Letters {
    /** Words are told by one bit each. */
    static final int WORDS_MAX = 128;

    private final byte[] classes = new byte[256];
    private final int width;
    private final short[] next;
    private final long[] low;
    private final long[] high;

    Letters(List<String> words) {
        if (words.size() > WORDS_MAX) {
            throw new IllegalArgumentException("words: " + words.size() + " (expected: to 128)");
        }
        int used = 1;
        for (var word : words) {
            for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
                if (classes[b & 0xff] == 0) {
                    classes[b & 0xff] = (byte) used++;
                }
            }
        }
        for (int c = 'a'; c <= 'z'; c++) {
            classes[c - 32] = classes[c];
        }
        width = used;
        var rows = new ArrayList<short[]>();
        var ends = new ArrayList<long[]>();
        rows.add(row());
        ends.add(new long[2]);
        for (int i = 0; i < words.size(); i++) {
            int state = 0;
            for (byte b : words.get(i).getBytes(StandardCharsets.UTF_8)) {
                int at = classes[b & 0xff];
                if (rows.get(state)[at] < 0) {
                    rows.get(state)[at] = (short) rows.size();
                    rows.add(row());
                    ends.add(new long[2]);
                }
                state = rows.get(state)[at];
            }
            ends.get(state)[i >>> 6] |= 1L << i;
        }
        follow(rows, ends);
        next = new short[rows.size() * width];
        low = new long[rows.size()];
        high = new long[rows.size()];
        for (int state = 0; state < rows.size(); state++) {
            System.arraycopy(rows.get(state), 0, next, state * width, width);
            low[state] = ends.get(state)[0];
            high[state] = ends.get(state)[1];
        }
    }

    private short[] row() {
        var row = new short[width];
        Arrays.fill(row, (short) -1);
        return row;
    }

    /** Fills what a state does on other letters: as its longest proper suffix would. */
    private static void follow(List<short[]> rows, List<long[]> ends) {
        var fail = new int[rows.size()];
        var open = new ArrayDeque<Integer>();
        var root = rows.getFirst();
        for (int c = 0; c < root.length; c++) {
            if (root[c] < 0) {
                root[c] = 0;
            } else {
                open.add((int) root[c]);
            }
        }
        while (!open.isEmpty()) {
            int state = open.remove();
            var row = rows.get(state);
            for (int c = 0; c < row.length; c++) {
                short other = rows.get(fail[state])[c];
                if (row[c] < 0) {
                    row[c] = other;
                } else {
                    fail[row[c]] = other;
                    ends.get(row[c])[0] |= ends.get(other)[0];
                    ends.get(row[c])[1] |= ends.get(other)[1];
                    open.add((int) row[c]);
                }
            }
        }
    }

    /** The words that occur, by bit: the first 64 in {@code found[0]}, the others in the next. */
    void find(byte[] bytes, int from, int to, long[] found) {
        long some = 0;
        long more = 0;
        int state = 0;
        for (int i = from; i < to; i++) {
            state = next[state * width + classes[bytes[i] & 0xff]];
            some |= low[state];
            more |= high[state];
        }
        found[0] = some;
        found[1] = more;
    }
}
