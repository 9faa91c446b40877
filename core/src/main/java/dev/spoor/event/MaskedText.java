package dev.spoor.event;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Masks secrets in text that is no JSON value: log lines, sentences, addresses, broken records.
 *
 * <p>Looks at a decoded reading of the text: runs of backslashes before a quote, {@code \}{@code
 * uXXXX}, and {@code %XX} stand as the character they mean, each with its place in the text. How
 * often a quote is escaped tells how deep it stands, so that a quoted value ends at a quote that is
 * no deeper than the one that opened it. One pass; looking back is bounded, looking ahead is paid
 * by moving on.
 */
final class MaskedText {
    private static final int NAME_MAX = 80;
    private static final Set<String> SHORT_P =
            Set.of("mysql", "mysqldump", "mysqladmin", "mariadb", "mariadb-dump", "mysqlsh");
    private static final Set<String> SPACED_P =
            Set.of("sshpass", "docker", "podman", "nerdctl", "mongosh", "mongo", "mongodump", "oc");
    private static final String[] KEY_PREFIXES = {
        "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xoxa-", "xoxb-", "xoxp-",
        "xoxr-", "xoxs-", "AIza", "ya29.", "sk_live_", "rk_live_", "npm_", "hvs.", "hvb.",
                "dop_v1_",
        "SG.", "sk-", "pypi-", "eyJ"
    };

    private final String original;
    private final char[] text;
    private final int[] from;

    /** Depth of a quote; -1 elsewhere. */
    private final byte[] depth;

    /**
     * A space that was written as {@code +} or {@code %20}: it ends no value of a URL parameter.
     */
    private final boolean[] soft;

    private final int length;
    private final StringBuilder out;
    private int copied;
    private boolean secretBodies;

    /** Depth of the last quote seen; -1 before the first. */
    private int quoteDepth = -1;

    private String program = "";
    private int wordRunEnd = -1;
    private boolean nameAnnounced;

    /** How many brackets are open since the one of a container's {@code env}; 0 = outside. */
    private int variables;

    private int valueFrom = -1;

    MaskedText(String original) {
        this.original = original;
        int n = original.length();
        text = new char[n];
        from = new int[n + 1];
        depth = new byte[n];
        soft = new boolean[n];
        length = decode();
        out = new StringBuilder(n + 32);
    }

    String text() {
        secretBodies = speaksOfSecrets();
        for (int i = 0; i < length; ) {
            i = Math.max(i + 1, at(i));
        }
        if (copied == 0) {
            return original;
        }
        return out.append(original, copied, original.length()).toString();
    }

    // ---- decoding

    private int decode() {
        int n = original.length();
        int made = 0;
        boolean query = false;
        for (int i = 0; i < n; ) {
            char c = original.charAt(i);
            from[made] = i;
            depth[made] = -1;
            int next = i + 1;
            if (c == '\\') {
                int end = i;
                while (end < n && original.charAt(end) == '\\') {
                    end++;
                }
                int run = end - i;
                int hex = end < n && original.charAt(end) == 'u' ? hex(end + 1, 4) : -1;
                if (end < n && original.charAt(end) == '"') {
                    c = '"';
                    depth[made] = (byte) depthOf(run);
                    next = end + 1;
                } else if (hex >= 0) {
                    c = (char) hex;
                    next = end + 5;
                    if (c == '"') {
                        depth[made] = (byte) (32 - Integer.numberOfLeadingZeros(run));
                    }
                } else if (end < n && "nrt/".indexOf(original.charAt(end)) >= 0) {
                    c = original.charAt(end) == '/' ? '/' : '\n';
                    next = end + 1;
                } else {
                    next = end;
                }
            } else if (c == '%' && hex(i + 1, 2) >= 0) {
                c = (char) hex(i + 1, 2);
                next = i + 3;
                soft[made] = c == ' ';
                if (c == '"') {
                    depth[made] = 1;
                }
            } else if (c == '"') {
                depth[made] = 0;
                query = false;
            } else if (c == '?') {
                query = true;
            } else if (c <= ' ') {
                query = false;
            } else if (c == '+' && query) {
                c = ' ';
                soft[made] = true;
            } else if (c == '&' && original.startsWith("&command=", i)) {
                c = ' ';
                soft[made] = true;
                next = i + 9;
            }
            text[made++] = c;
            i = next;
        }
        from[made] = n;
        return made;
    }

    /** How many levels of JSON strings a quote behind so many backslashes stands in. */
    private static int depthOf(int backslashes) {
        int depth = 0;
        for (int run = backslashes; run % 2 == 1; run = (run - 1) / 2) {
            depth++;
        }
        return depth;
    }

    private int hex(int at, int digits) {
        if (at + digits > original.length()) {
            return -1;
        }
        int value = 0;
        for (int i = at; i < at + digits; i++) {
            int digit = Character.digit(original.charAt(i), 16);
            if (digit < 0) {
                return -1;
            }
            value = value * 16 + digit;
        }
        return value;
    }

    // ---- looking

    /** Looks at one place; gives the place to go on from. */
    private int at(int i) {
        char c = text[i];
        if (depth[i] >= 0) {
            quoteDepth = depth[i];
        }
        return switch (c) {
            case '=' -> named(i);
            case ':' -> starts(i, "://") ? userInformation(i + 3) : named(i);
            case '-' -> starts(i, "-----BEGIN") ? privateKey(i) : wordStarts(i) ? flag(i) : i + 1;
            case '{', '}' -> {
                nameAnnounced = false;
                valueFrom = -1;
                yield i + 1;
            }
            case '[', ']' -> {
                if (variables > 0) {
                    variables += c == '[' ? 1 : -1;
                }
                yield i + 1;
            }
            case '\n' -> {
                program = "";
                yield i + 1;
            }
            default -> letterOrDigit(c) ? word(i) : i + 1;
        };
    }

    private boolean wordStarts(int i) {
        return i == 0 || !letterOrDigit(text[i - 1]) && text[i - 1] != '_' && text[i - 1] != '-';
    }

    /** A value behind {@code name=} or {@code name:}. */
    private int named(int i) {
        int end = i;
        while (end > 0 && end > i - 3 && text[end - 1] == ' ') {
            end--;
        }
        if (end > 0 && (depth[end - 1] >= 0 || text[end - 1] == '\'')) {
            end--;
        }
        int begin = end;
        while (begin > 0 && end - begin < NAME_MAX && nameCharacter(text[begin - 1])) {
            begin--;
        }
        if (begin == end) {
            return i + 1;
        }
        var name = new String(text, begin, end - begin);
        int value = i + 1;
        while (value < length && (text[value] == '=' || text[value] == '>')) {
            value++;
        }
        while (value < length && value < i + 10 && (text[value] == ' ' || text[value] == '\t')) {
            value++;
        }
        if (value >= length) {
            return i + 1;
        }
        boolean secretData =
                name.equalsIgnoreCase("stringData")
                        || secretBodies && name.equalsIgnoreCase("data");
        if (secretData && text[value] == '{') {
            return maskObject(value);
        }
        if (secretData && text[value] == '\n') {
            return maskBlock(value, begin);
        }
        int before = Math.max(0, begin - 15);
        boolean literal =
                text[i] == '=' && new String(text, before, begin - before).contains("from-literal");
        if (!literal && (name.equalsIgnoreCase("name") || name.equalsIgnoreCase("key"))) {
            return besideItsValue(i, value);
        }
        if (name.equalsIgnoreCase("env") && text[value] == '[') {
            variables = 1;
            return value + 1;
        }
        if (name.equalsIgnoreCase("value")) {
            if (nameAnnounced || variables > 0) {
                nameAnnounced = false;
                return mask(value, valueEnd(value, false));
            }
            valueFrom = value;
            return i + 1;
        }
        if (!literal && !SecretWords.announcedBy(name)) {
            return i + 1;
        }
        if (text[value] == '[') {
            return maskList(value);
        }
        if (text[value] == '{' && text[i] == ':') {
            return i + 1;
        }
        boolean parameter =
                text[i] == '=' && begin > 0 && (text[begin - 1] == '?' || text[begin - 1] == '&');
        var letters = name.toLowerCase(Locale.ROOT);
        if (letters.endsWith("authorization") || letters.endsWith("cookie")) {
            return mask(value, depth[value] >= 0 ? valueEnd(value, parameter) : lineEnd(value));
        }
        return mask(value, valueEnd(value, parameter));
    }

    /** {@code "name":"DB_PASSWORD","value":"…"}, in either order. */
    private int besideItsValue(int i, int value) {
        boolean quoted = depth[value] >= 0 || text[value] == '\'';
        int begin = quoted ? value + 1 : value;
        int end = begin;
        while (end < length && end - begin <= NAME_MAX && nameCharacter(text[end])) {
            end++;
        }
        if (!SecretWords.announcedBy(new String(text, begin, end - begin))) {
            return i + 1;
        }
        if (valueFrom < 0) {
            nameAnnounced = true;
        } else if (from[valueFrom] >= copied) {
            // The value came first; nothing behind it has been written yet
            mask(valueFrom, valueEnd(valueFrom, false));
            valueFrom = -1;
        }
        return i + 1;
    }

    private static boolean nameCharacter(char c) {
        return Character.isLetterOrDigit(c)
                || c == '_'
                || c == '-'
                || c == '.'
                || c == '/'
                || Character.getType(c) == Character.FORMAT;
    }

    /** Where the value ends that begins here: behind its closing quote, or at a space. */
    private int valueEnd(int value, boolean parameter) {
        int i = value;
        if (depth[i] >= 0 || text[i] == '\'' || text[i] == '`') {
            i = closing(i);
            // 'a'\''b': the shell goes on behind a quote
            if (i >= length
                    || " \t\n,;:&)]}".indexOf(text[i]) >= 0
                    || depth[i] >= 0
                    || text[value] == '"') {
                return i;
            }
        }
        while (i < length) {
            char c = text[i];
            if (c == '&' && !quotedSpace(i)
                    || c == '\n'
                    || c == '\t'
                    || c == ' ' && !(parameter && soft[i])) {
                break;
            }
            if (depth[i] >= 0 && depth[i] <= quoteDepth) {
                break;
            }
            if (c == '\\') {
                i++;
            }
            i++;
        }
        i = Math.min(i, length);
        var trailing = text[value] == '$' ? ",;" : ")]},;";
        while (i > value + 1 && trailing.indexOf(text[i - 1]) >= 0) {
            i--;
        }
        return i;
    }

    private boolean quotedSpace(int i) {
        return from[i + 1] - from[i] > 1;
    }

    /** Behind the quote that closes the one here; the end of the text when there is none. */
    private int closing(int quote) {
        for (int i = quote + 1; i < length; i++) {
            if (depth[quote] >= 0
                    ? depth[i] >= 0 && depth[i] <= depth[quote]
                    : text[i] == text[quote]) {
                return i + 1;
            }
        }
        return length;
    }

    private int lineEnd(int value) {
        int i = value;
        while (i < length && text[i] != '\n' && depth[i] < 0 && text[i] != '\'') {
            i++;
        }
        return i;
    }

    /** Every value of the object that begins here; keys stay. */
    private int maskObject(int brace) {
        int open = 1;
        int i = brace + 1;
        while (i < length && open > 0) {
            char c = text[i];
            if (depth[i] >= 0) {
                int end = closing(i);
                int after = end;
                while (after < length && text[after] == ' ') {
                    after++;
                }
                if (after < length && text[after] == ':') {
                    i = after + 1;
                } else {
                    i = mask(i, end);
                }
                continue;
            }
            open += c == '{' ? 1 : c == '}' ? -1 : 0;
            i++;
        }
        return i;
    }

    /** Every string of the list that begins here. */
    private int maskList(int bracket) {
        int i = bracket + 1;
        while (i < length && text[i] != ']' && text[i] != '{') {
            i = depth[i] >= 0 ? mask(i, closing(i)) : i + 1;
        }
        return i;
    }

    /** The lines of a YAML mapping that are indented deeper than its name. */
    private int maskBlock(int lineFeed, int name) {
        int indent = 0;
        while (name - indent > 0 && text[name - indent - 1] == ' ') {
            indent++;
        }
        int i = lineFeed + 1;
        while (i < length) {
            int end = i;
            int colon = -1;
            while (end < length && text[end] != '\n') {
                colon = colon < 0 && text[end] == ':' ? end : colon;
                end++;
            }
            int first = i;
            while (first < end && text[first] == ' ') {
                first++;
            }
            if (first < end && first - i <= indent) {
                return i;
            }
            int value = colon < 0 ? first : colon + 1;
            while (value < end && text[value] == ' ') {
                value++;
            }
            if (value < end && text[value] != '|' && text[value] != '>') {
                mask(value, end);
            }
            i = end + 1;
        }
        return length;
    }

    /** {@code user:password@} behind {@code ://}. */
    private int userInformation(int i) {
        int colon = -1;
        int at = -1;
        int end = i;
        while (end < length && "/?# \n\t<>".indexOf(text[end]) < 0 && depth[end] < 0) {
            if (text[end] == ':' && colon < 0) {
                colon = end;
            } else if (text[end] == '@') {
                at = end;
            }
            end++;
        }
        if (at < 0) {
            return i;
        }
        if (colon >= 0 && colon < at) {
            return colon + 1 < at ? mask(colon + 1, at) : at;
        }
        return at - i >= 20 ? mask(i, at) : at;
    }

    private int privateKey(int i) {
        int lineEnd = i + 10;
        while (lineEnd < length
                && lineEnd < i + 80
                && text[lineEnd] != '\n'
                && !starts(lineEnd, "-----")) {
            lineEnd++;
        }
        if (!new String(text, i, lineEnd - i).contains("PRIVATE KEY")) {
            return lineEnd;
        }
        int end = lineEnd + 5;
        while (end < length && !starts(end, "-----END")) {
            end++;
        }
        if (end < length) {
            end += 8;
            while (end < length && !starts(end, "-----") && text[end] != '\n') {
                end++;
            }
            end = Math.min(length, end + 5);
        }
        return mask(i, Math.min(end, length));
    }

    /** {@code --password hunter2}, {@code "-p","hunter2"}: the value is the next word. */
    private int flag(int i) {
        int end = i;
        while (end < length && text[end] == '-') {
            end++;
        }
        int name = end;
        while (end < length && end - name < NAME_MAX && nameCharacter(text[end])) {
            end++;
        }
        var flag = new String(text, i, end - i);
        if (end < length && (text[end] == '=' || text[end] == ':')) {
            return end;
        }
        int glued = Command.glued(program, flag);
        if (glued > 0) {
            int value = i + glued;
            return mask(value, valueEnd(value, false));
        }
        if (!Command.announces(program, flag)) {
            return end;
        }
        int value = end;
        while (value < length
                && value < end + 8
                && (" \t,".indexOf(text[value]) >= 0 || depth[value] >= 0 || text[value] == '\'')) {
            value++;
        }
        if (value == end || value >= length || text[value] == '-' && flag.length() > 2) {
            return end;
        }
        if (depth[value - 1] >= 0 || text[value - 1] == '\'') {
            return mask(value - 1, closing(value - 1));
        }
        return mask(value, valueEnd(value, false));
    }

    /** The next place of a word at which something may begin, or its end. */
    private int inside(int i) {
        int next = i;
        while (next < length && text[next] != 'e' && letterOrDigit(text[next])) {
            next++;
        }
        return next;
    }

    private int word(int i) {
        if (i > 0 && letterOrDigit(text[i - 1])) {
            // Inside a word only a JWT is looked for
            return starts(i, "eyJ") ? jwt(i) : inside(i + 1);
        }
        if (starts(i, "eyJ")) {
            return jwt(i);
        }
        int end = wordEnd(i);
        int size = end - i;
        if (size >= 20
                && starts(i, "LS0tLS1CRUdJTi")
                && !starts(i, "LS0tLS1CRUdJTiBDRVJUSUZJQ0FUR")) {
            return mask(i, base64End(i));
        }
        if (size >= 16 && showsItself(i, end)) {
            return mask(i, end);
        }
        if (size == 23 && bootstrapToken(i)) {
            return mask(i + 7, end);
        }
        int letters = i;
        while (letters < end && Character.isLetter(text[letters])) {
            letters++;
        }
        var word =
                letters - i <= 12 ? new String(text, i, end - i > 40 ? letters - i : end - i) : "";
        if (SHORT_P.contains(word)
                || SPACED_P.contains(word)
                || word.equals("redis-cli")
                || word.equals("curl")
                || word.equals("wget")) {
            program = word;
        }
        if (letters == end && (word.equalsIgnoreCase("bearer") || word.equalsIgnoreCase("basic"))) {
            return scheme(end);
        }
        return i + 1;
    }

    /** The token behind {@code Bearer} or {@code Basic}. */
    private int scheme(int end) {
        int value = end;
        while (value < length && value < end + 4 && (text[value] == ' ' || text[value] == ':')) {
            value++;
        }
        int to = base64End(value);
        boolean letters = true;
        for (int k = value; k < to; k++) {
            letters &= Character.isLowerCase(text[k]);
        }
        return value > end && to - value >= 6 && (!letters || to - value >= 20)
                ? mask(value, to)
                : end;
    }

    private int jwt(int i) {
        int end = wordEnd(i);
        int dots = 0;
        for (int k = i; k < end; k++) {
            dots += text[k] == '.' ? 1 : 0;
        }
        return dots >= 1 && end - i >= 20 ? mask(i, end) : Math.max(i + 1, end);
    }

    private boolean showsItself(int i, int end) {
        if ((starts(i, "AKIA") || starts(i, "ASIA") || starts(i, "ABIA") || starts(i, "ACCA"))
                && end - i >= 20) {
            for (int k = i; k < i + 20; k++) {
                if (!(text[k] >= 'A' && text[k] <= 'Z' || text[k] >= '0' && text[k] <= '9')) {
                    return false;
                }
            }
            return true;
        }
        for (var prefix : KEY_PREFIXES) {
            if (starts(i, prefix) && end - i >= prefix.length() + 16) {
                return true;
            }
        }
        return false;
    }

    /**
     * {@code abcdef.0123456789abcdef} as kubeadm makes them; sixteen hexadecimal digits are the
     * name of an Event instead.
     */
    private boolean bootstrapToken(int i) {
        boolean hex = true;
        for (int k = 0; k < 23; k++) {
            char c = text[i + k];
            if (k == 6 ? c != '.' : !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9')) {
                return false;
            }
            hex &= k <= 6 || Character.digit(c, 16) >= 0;
        }
        return !hex;
    }

    /** End of the run of word characters; found once per run. */
    private int wordEnd(int i) {
        if (i >= wordRunEnd) {
            int end = i;
            while (end < length
                    && (letterOrDigit(text[end])
                            || text[end] == '_'
                            || text[end] == '-'
                            || text[end] == '.')) {
                end++;
            }
            wordRunEnd = end;
        }
        int end = wordRunEnd;
        while (end > i + 1 && text[end - 1] == '.') {
            end--;
        }
        return end;
    }

    private int base64End(int i) {
        int end = i;
        while (end < length && (letterOrDigit(text[end]) || "_-./+=~".indexOf(text[end]) >= 0)) {
            end++;
        }
        return end;
    }

    private static boolean letterOrDigit(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    private boolean starts(int i, String with) {
        if (i + with.length() > length) {
            return false;
        }
        for (int k = 0; k < with.length(); k++) {
            if (text[i + k] != with.charAt(k)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the text tells of a Secret, so that {@code data} in it is one. */
    private boolean speaksOfSecrets() {
        for (int i = 0; i + 8 < length; i++) {
            char c = text[i];
            if ((c == 's' || c == 'S')
                    && "secret".regionMatches(true, 0, new String(text, i, 6), 0, 6)) {
                int back = i - 1;
                while (back >= 0
                        && back > i - 6
                        && (text[back] == ' ' || depth[back] >= 0 || text[back] == '\'')) {
                    back--;
                }
                if (back >= 4 && (text[back] == ':' || text[back] == '=')) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Masks a range of the reading; quotes around the value stay. Gives the place behind. */
    private int mask(int begin, int end) {
        int first = begin;
        int last = end;
        if (last - first >= 2 && depth[first] >= 0 && depth[last - 1] >= 0
                || last - first >= 2 && text[first] == '\'' && text[last - 1] == '\'') {
            first++;
            last--;
        } else if (last > first && (depth[first] >= 0 || text[first] == '\'')) {
            first++;
        }
        if (last <= first || from[first] < copied) {
            return end;
        }
        var secret = original.substring(from[first], from[last]);
        if (Mask.masked(original, from[first])
                || Mask.reference(secret)
                || secret.equals("null")
                || secret.equals("true")
                || secret.equals("false")
                || secret.equals("<nil>")) {
            return end;
        }
        out.append(original, copied, from[first]).append(Mask.value(secret));
        copied = from[last];
        return end;
    }

    /** Reads a command word by word: which word holds a secret depends on those before it. */
    static final class Command {
        private String program = "";
        private boolean announced;

        /**
         * The word with its secret masked, or null when it announces or holds none by its place.
         */
        @Nullable String argument(String word) {
            if (announced && !word.startsWith("--")) {
                announced = false;
                if (!word.isEmpty() && !Mask.masked(word, 0) && !Mask.reference(word)) {
                    return Mask.value(word);
                }
                return null;
            }
            if (!word.startsWith("-")) {
                var name = word.substring(word.lastIndexOf('/') + 1);
                if (!name.isEmpty() && name.length() <= 20 && name.indexOf(' ') < 0) {
                    program = name;
                }
                return null;
            }
            int glued = glued(program, word);
            if (glued > 0) {
                return word.substring(0, glued) + Mask.value(word.substring(glued));
            }
            announced =
                    word.indexOf('=') < 0 && word.length() <= NAME_MAX && announces(program, word);
            return null;
        }

        /** Where the value begins that is written without a space behind its flag; 0 = none. */
        static int glued(String program, String flag) {
            return flag.length() > 2 && flag.startsWith("-p") && SHORT_P.contains(program) ? 2 : 0;
        }

        /** Whether the word behind the flag is a secret. */
        static boolean announces(String program, String flag) {
            return switch (flag) {
                case "-p" -> SPACED_P.contains(program);
                case "-a" -> program.equals("redis-cli");
                case "-u", "--user" -> program.equals("curl") || program.equals("wget");
                default ->
                        flag.startsWith("-") && flag.length() > 3 && SecretWords.announcedBy(flag);
            };
        }
    }
}
