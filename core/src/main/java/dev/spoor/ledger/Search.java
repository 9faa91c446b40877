package dev.spoor.ledger;

import java.nio.charset.StandardCharsets;
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

    /** Whether what stands at a place of a literal may be the end of an escape. */
    static boolean escapedBefore(DecodedColumn column, int literal, int at) {
        for (int i = Math.max(column.literalStarts[literal], at - 5); i < at; i++) {
            if (column.literals[i] == '\\') {
                return true;
            }
        }
        return false;
    }

    /** Where a part stands in the literals of a column, which follow each other. */
    static final class Hits {
        private final DecodedColumn column;
        private final byte[] part;

        Hits(DecodedColumn column, byte[] part) {
            this.column = column;
            this.part = part;
        }

        private String latin() {
            return new String(part, StandardCharsets.ISO_8859_1);
        }

        /** Behind the last of the literals that stand side by side from this one on. */
        private int end(int run) {
            int end = run + 1;
            while (end < column.literalStarts.length
                    && column.literalStarts[end] == column.literalEnds[end - 1]) {
                end++;
            }
            return end;
        }

        /** Takes a literal and a place in it where the part begins. */
        interface Each {
            void take(int literal, int at);
        }

        void each(Each each) {
            int literals = column.literalStarts.length;
            int run = 0;
            while (run < literals) {
                int end = end(run);
                run(run, end, each);
                run = end;
            }
        }

        /** Literals that stand side by side are searched as one text. */
        private void run(int first, int end, Each each) {
            int start = column.literalStarts[first];
            int length = column.literalEnds[end - 1] - start;
            if (length < 1024) {
                for (int literal = first; literal < end; literal++) {
                    one(literal, each);
                }
                return;
            }
            // The JDK's search through Latin-1 text looks at many bytes at a time
            var text = column.text(first, start, length);
            var sought = latin();
            int literal = first;
            int at = text.indexOf(sought);
            while (at >= 0) {
                while (column.literalEnds[literal] <= start + at) {
                    literal++;
                }
                if (start + at + part.length <= column.literalEnds[literal]) {
                    each.take(literal, start + at);
                }
                at = text.indexOf(sought, at + 1);
            }
        }

        private void one(int literal, Each each) {
            int end = column.literalEnds[literal];
            int at = find(column.literals, column.literalStarts[literal], end, part);
            while (at >= 0) {
                each.take(literal, at);
                at = find(column.literals, at + 1, end, part);
            }
        }
    }
}
