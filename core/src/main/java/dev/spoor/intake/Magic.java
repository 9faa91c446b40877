package dev.spoor.intake;

import java.nio.charset.StandardCharsets;

/** Names well-known files that hold no log, so that the reader knows what to do about them. */
final class Magic {
    private Magic() {}

    static String name(byte[] bytes, int end) {
        if (starts(bytes, end, "PK\3\4")) {
            return "a zip archive (unpack it first)";
        }
        if (starts(bytes, end, "BZh")) {
            return "bzip2 data (unpack it first)";
        }
        if (starts(bytes, end, "\u00fd7zXZ")) {
            return "xz data (unpack it first)";
        }
        if (starts(bytes, end, "7z\u00bc\u00af")) {
            return "a 7z archive (unpack it first)";
        }
        if (starts(bytes, end, "\4\"M\30")) {
            return "lz4 data (unpack it first)";
        }
        if (tar(bytes, end)) {
            return "a tar archive (unpack it first)";
        }
        if (starts(bytes, end, "LPKSHHRH")) {
            return "a binary journal (export it with journalctl -o json)";
        }
        if (starts(bytes, end, "\u007fELF")) {
            return "a program";
        }
        for (int i = 0; i < end; i++) {
            if (bytes[i] > ' ' || bytes[i] < 0 || bytes[i] == 0) {
                return "binary data";
            }
        }
        return "only white space";
    }

    /** A tar archive of logs is mostly text, but its headers would be torn into its lines. */
    static boolean tar(byte[] bytes, int end) {
        return end > 512 && starts(bytes, 257, end, "ustar");
    }

    private static boolean starts(byte[] bytes, int end, String magic) {
        return starts(bytes, 0, end, magic);
    }

    private static boolean starts(byte[] bytes, int from, int end, String magic) {
        byte[] wanted = magic.getBytes(StandardCharsets.ISO_8859_1);
        if (end - from < wanted.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (bytes[from + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }
}
