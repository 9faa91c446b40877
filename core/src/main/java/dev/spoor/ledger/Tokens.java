package dev.spoor.ledger;

import java.util.Arrays;

/**
 * Cuts a text into slots, which vary, and the bytes between them, which repeat. Two texts with the
 * same {@link #skeleton} have, but for a collision of the hash, the same bytes between their slots.
 *
 * <p>A slot is a run of letters, a number, a time, or what stands between two quotes and is no key.
 */
final class Tokens {
    /** A text with more slots than this is not cut. */
    static final int SLOTS_MAX = 200;

    private static final byte OTHER = 0;
    private static final byte DIGIT = 1;
    private static final byte LETTER = 2;
    private static final byte QUOTE = 3;
    private static final byte BACKSLASH = 4;

    /** A number with a longer unit than this ({@code 15ms}) is a word. */
    private static final int UNIT_MAX = 3;

    /** Longer names before a colon are values like any other. */
    private static final int KEY_MAX = 64;

    private static final long PRIME = 0x9E3779B97F4A7C15L;
    private static final byte[] CLASSES = new byte[256];

    static {
        Arrays.fill(CLASSES, '0', '9' + 1, DIGIT);
        Arrays.fill(CLASSES, 'a', 'z' + 1, LETTER);
        Arrays.fill(CLASSES, 'A', 'Z' + 1, LETTER);
        Arrays.fill(CLASSES, 128, 256, LETTER);
        CLASSES['_'] = LETTER;
        CLASSES['"'] = QUOTE;
        CLASSES['\\'] = BACKSLASH;
    }

    int count;
    final int[] from = new int[SLOTS_MAX];
    final int[] to = new int[SLOTS_MAX];
    long skeleton;
    private boolean quotes;
    private boolean escapedQuotes;

    /**
     * Cuts {@code b[start..end)}.
     *
     * @param quoted whether a quoted part is one slot
     * @return false when there are too many slots
     */
    boolean cut(byte[] b, int start, int end, boolean quoted) {
        count = 0;
        quotes = quoted;
        escapedQuotes = quoted;
        long hash = PRIME;
        int at = start;
        while (at < end) {
            byte kind = CLASSES[b[at] & 0xff];
            if (kind == OTHER) {
                hash = mix(hash, b[at++]);
                continue;
            }
            if (count == SLOTS_MAX) {
                return false;
            }
            int slot = 0;
            if (kind == DIGIT || kind == LETTER) {
                slot = kind == DIGIT ? number(b, at, end) : word(b, at, end);
            } else if (kind == QUOTE && quotes) {
                slot = quoted(b, at, end);
            } else if (kind == BACKSLASH
                    && escapedQuotes
                    && at + 1 < end
                    && CLASSES[b[at + 1] & 0xff] == QUOTE) {
                slot = escaped(b, at, end);
            }
            if (slot == 0) {
                hash = mix(hash, b[at++]);
            } else if (slot == KEY) {
                hash = Hash.wide(b, at, to[count]) ^ mix(hash, KEY);
                at = to[count];
            } else {
                hash = mix(hash, 256 + slot);
                at = to[count++];
                if (slot == IN_QUOTES || slot == IN_ESCAPED_QUOTES) {
                    at += slot; // the closing quote is part of the skeleton by its kind
                }
            }
        }
        skeleton = hash;
        return true;
    }

    private static long mix(long hash, int value) {
        return Long.rotateLeft((hash ^ value) * PRIME, 29);
    }

    // What a slot is, as far as the skeleton tells; below 0 a time by its form
    private static final int IN_QUOTES = 1;
    private static final int IN_ESCAPED_QUOTES = 2;
    private static final int NUMBER = 3;
    private static final int WORD = 4;
    private static final int KEY = 5; // what stands in quotes before a colon: no slot
    private static final int TIME = 16;

    private int slot(int start, int end, int kind) {
        from[count] = start;
        to[count] = end;
        return kind;
    }

    private int number(byte[] b, int at, int end) {
        int form = TextTimes.form(b, at, end);
        if (form != 0) {
            return slot(at, at + TextTimes.length(form), TIME + form);
        }
        int stop = at + 1;
        while (stop < end && CLASSES[b[stop] & 0xff] == DIGIT) {
            stop++;
        }
        if (stop == end || CLASSES[b[stop] & 0xff] != LETTER || unit(b, stop, end)) {
            return slot(at, stop, NUMBER);
        }
        return word(b, at, end);
    }

    /** Whether a short run of letters that is no hexadecimal follows. */
    private static boolean unit(byte[] b, int at, int end) {
        boolean other = false;
        int stop = at;
        for (; stop < end && stop - at <= UNIT_MAX; stop++) {
            byte kind = CLASSES[b[stop] & 0xff];
            if (kind == DIGIT) {
                return false;
            }
            if (kind != LETTER) {
                break;
            }
            other |= (b[stop] | 0x20) > 'f';
        }
        return other && stop - at <= UNIT_MAX;
    }

    private int word(byte[] b, int at, int end) {
        int stop = at;
        while (stop < end) {
            byte kind = CLASSES[b[stop] & 0xff];
            if (kind != LETTER && kind != DIGIT) {
                break;
            }
            stop++;
        }
        if (stop - at == 5 && stop < end && b[stop] == ' ' && TextTimes.form(b, at + 1, end) != 0) {
            stop = at + 1; // klog: the letter of the level stands before the time
        }
        return slot(at, stop, WORD);
    }

    private int quoted(byte[] b, int at, int end) {
        for (int i = at + 1; i < end; i++) {
            if (b[i] == '"' && (b[i - 1] != '\\' || i == at + 1)) {
                boolean key = i + 1 < end && b[i + 1] == ':' && i - at < KEY_MAX;
                return key ? slot(at, i + 1, KEY) : slot(at + 1, i, IN_QUOTES);
            }
        }
        quotes = false; // none closes: not looked for again
        return 0;
    }

    private int escaped(byte[] b, int at, int end) {
        for (int i = at + 2; i + 1 < end; i++) {
            if (b[i] == '\\') {
                if (b[i + 1] == '"') {
                    boolean key = i + 2 < end && b[i + 2] == ':' && i - at < KEY_MAX;
                    return key ? slot(at, i + 2, KEY) : slot(at + 2, i, IN_ESCAPED_QUOTES);
                }
                i++;
            }
        }
        escapedQuotes = false;
        return 0;
    }
}
