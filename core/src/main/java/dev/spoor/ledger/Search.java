package dev.spoor.ledger;

import java.util.Arrays;

/** Finds bytes in bytes. */
final class Search {
    static final byte[] UNICODE_ESCAPE = {'\\', 'u'};

    private Search() {}

    static boolean contains(byte[] bytes, int from, int to, byte[] part) {
        return find(bytes, from, to, part) >= 0;
    }

    /** Where the part begins, or -1. */
    static int find(byte[] bytes, int from, int to, byte[] part) {
        if (part.length == 0) {
            return from;
        }
        byte first = part[0];
        byte last = part[part.length - 1];
        int ahead = part.length - 1;
        for (int i = from, end = to - ahead; i < end; i++) {
            if (bytes[i] == first
                    && bytes[i + ahead] == last
                    && Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        return -1;
    }
}
