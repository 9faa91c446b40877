package dev.spoor.detect.facts;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds which groups of words have one that occurs in bytes, in one pass whatever the number of
 * words (Aho and Corasick, 1975). Latin letters match in both cases.
 */
final class Letters {
    /** Groups are told by one bit each. */
    static final int GROUPS_MAX = 64;

    private final byte[] classes = new byte[256];
    private final int width;
    private final short[] next;
    private final long[] groups;

    Letters(List<List<String>> words) {
        if (words.size() > GROUPS_MAX) {
            throw new IllegalArgumentException("groups: " + words.size() + " (expected: to 64)");
        }
        int used = 1;
        for (var group : words) {
            for (var word : group) {
                for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
                    if (classes[b & 0xff] == 0) {
                        classes[b & 0xff] = (byte) used++;
                    }
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
        ends.add(new long[1]);
        for (int i = 0; i < words.size(); i++) {
            for (var word : words.get(i)) {
                int state = add(word, rows, ends);
                ends.get(state)[0] |= 1L << i;
            }
        }
        follow(rows, ends);
        next = new short[rows.size() * width];
        groups = new long[rows.size()];
        for (int state = 0; state < rows.size(); state++) {
            System.arraycopy(rows.get(state), 0, next, state * width, width);
            groups[state] = ends.get(state)[0];
        }
    }

    private int add(String word, List<short[]> rows, List<long[]> ends) {
        int state = 0;
        for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
            int at = classes[b & 0xff];
            if (rows.get(state)[at] < 0) {
                rows.get(state)[at] = (short) rows.size();
                rows.add(row());
                ends.add(new long[1]);
            }
            state = rows.get(state)[at];
        }
        return state;
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
                    open.add((int) row[c]);
                }
            }
        }
    }

    /** The groups of which a word occurs, one bit each. */
    long find(byte[] bytes, int from, int to) {
        long found = 0;
        int state = 0;
        for (int i = from; i < to; i++) {
            state = next[state * width + classes[bytes[i] & 0xff]];
            found |= groups[state];
        }
        return found;
    }
}
