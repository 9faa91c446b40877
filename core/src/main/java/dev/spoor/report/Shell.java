package dev.spoor.report;

/** Words of a command line that a reader may copy. */
final class Shell {
    private Shell() {}

    /** The word, quoted for a POSIX shell where it needs to be (IEEE 1003.1, section 2.2.2). */
    static String quoted(String word) {
        boolean plain = !word.isEmpty() && word.charAt(0) != '-';
        for (int i = 0; plain && i < word.length(); i++) {
            char c = word.charAt(i);
            plain =
                    c >= 'a' && c <= 'z'
                            || c >= 'A' && c <= 'Z'
                            || c >= '0' && c <= '9'
                            || "/._-+=:,@".indexOf(c) >= 0;
        }
        return plain ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
