package dev.spoor.event;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds the string value of a key at the root of a JSON object, from its end: for keys that stand
 * behind the large ones. A nested key of the same name (a request body may hold any) is not
 * mistaken for it.
 */
final class TailKey {
    private final byte[] pattern;
    private final int[] shifts = new int[256];

    TailKey(String key) {
        pattern = ("\"" + key + "\":\"").getBytes(StandardCharsets.US_ASCII);
        Arrays.fill(shifts, pattern.length);
        for (int i = pattern.length - 1; i > 0; i--) {
            shifts[pattern[i]] = i;
        }
    }

    /**
     * Index behind the opening quote of the value; -1 when the last such key is not at the root, or
     * there is none written this way.
     */
    int find(byte[] bytes, int from, int to) {
        int at = to - pattern.length;
        while (at > from) {
            byte b = bytes[at];
            if (b == '"' && matches(bytes, at)) {
                int value = at + pattern.length;
                boolean first = bytes[at - 1] == '{' || bytes[at - 1] == ',';
                return first && root(bytes, value, to) ? value : -1;
            }
            at -= shifts[b & 0xff];
        }
        return -1;
    }

    private boolean matches(byte[] bytes, int at) {
        for (int i = 1; i < pattern.length; i++) {
            if (bytes[at + i] != pattern[i]) {
                return false;
            }
        }
        return true;
    }

    /** From inside a string of the root object its end comes at depth 0, and nothing follows. */
    private static boolean root(byte[] bytes, int from, int to) {
        boolean string = true;
        int depth = 1;
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (string) {
                if (b == '\\') {
                    i++;
                } else if (b == '"') {
                    string = false;
                }
                continue;
            }
            switch (b) {
                case '"' -> string = true;
                case '{', '[' -> depth++;
                case '}', ']' -> {
                    if (--depth == 0) {
                        return blank(bytes, i + 1, to);
                    }
                }
                default -> {}
            }
        }
        return false;
    }

    private static boolean blank(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] < 0 || bytes[i] > ' ') {
                return false;
            }
        }
        return true;
    }
}
