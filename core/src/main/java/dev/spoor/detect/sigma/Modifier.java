package dev.spoor.detect.sigma;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.spoor.fault.Rejected;
import dev.spoor.query.Network;
import dev.spoor.query.Test;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a modifier makes of a value (specification 2.1, appendix "Modifiers", and those of the
 * reference). Modifiers are applied in their written order; {@code all} and {@code neq} are about
 * the whole list and leave the value alone.
 */
final class Modifier {
    /** {@code windash} replaces at most so many dashes of one value: 125 variants. */
    static final int DASHES_MAX = 3;

    private static final Map<String, Character> FLAGS =
            Map.of(
                    "i",
                    'i',
                    "ignorecase",
                    'i',
                    "m",
                    'm',
                    "multiline",
                    'm',
                    "s",
                    's',
                    "dotall",
                    's');

    private static final Map<String, String> COMPARISONS =
            Map.of("lt", "<", "lte", "<=", "gt", ">", "gte", ">=");

    private static final Set<String> OTHERS =
            Set.of(
                    "all",
                    "neq",
                    "contains",
                    "startswith",
                    "endswith",
                    "base64",
                    "base64offset",
                    "wide",
                    "utf16le",
                    "utf16be",
                    "utf16",
                    "windash",
                    "re",
                    "cased",
                    "cidr",
                    "fieldref",
                    "exists",
                    "expand");

    private static final String DASHES = "-/–—―";

    /** A dash that begins a word, as a command line flag does. */
    private static final java.util.regex.Pattern FLAG =
            java.util.regex.Pattern.compile(
                    "(?<!\\w)[-/](?=\\w)", java.util.regex.Pattern.UNICODE_CHARACTER_CLASS);

    private final String field;
    private final Placeholders placeholders;
    private final List<String> applied = new ArrayList<>();

    Modifier(String field, Placeholders placeholders) {
        this.field = field;
        this.placeholders = placeholders;
    }

    static boolean known(String name) {
        return OTHERS.contains(name)
                || FLAGS.containsKey(name)
                || COMPARISONS.containsKey(name)
                || unit(name) != null;
    }

    static Set<String> names() {
        var names = new TreeSet<>(OTHERS);
        names.addAll(FLAGS.keySet());
        names.addAll(COMPARISONS.keySet());
        for (var unit : Test.TimePart.Unit.values()) {
            names.add(unit.name().toLowerCase(Locale.ROOT));
        }
        return names;
    }

    private static Test.TimePart.@org.jspecify.annotations.Nullable Unit unit(String name) {
        for (var unit : Test.TimePart.Unit.values()) {
            if (unit.name().toLowerCase(Locale.ROOT).equals(name)) {
                return unit;
            }
        }
        return null;
    }

    /**
     * The value that the modifier makes of this one.
     *
     * @throws IllegalArgumentException with one clause that says why it cannot be applied
     */
    Value apply(String name, Value value) {
        if (value instanceof Value.Several(var values)) {
            return new Value.Several(values.stream().map(one -> apply(name, one)).toList());
        }
        if (value instanceof Value.Unknown) {
            if (!OTHERS.contains(name) || Set.of("re", "exists", "cidr").contains(name)) {
                throw unfit(name, "another kind of value", value);
            }
            return value;
        }
        if (FLAGS.containsKey(name)) {
            return flag(name, value);
        }
        if (COMPARISONS.containsKey(name)) {
            return compare(name, value);
        }
        var unit = unit(name);
        if (unit != null) {
            return switch (value) {
                case Value.Number(var number) -> new Value.TimePart(unit, number.intValue());
                case Value.TimePart(_, var number) -> new Value.TimePart(unit, number);
                default -> throw unfit(name, "a number", value);
            };
        }
        return switch (name) {
            case "all", "neq" -> value;
            case "contains", "startswith", "endswith" -> part(name, value);
            case "re" -> throw new IllegalArgumentException("'re' comes first of all modifiers");
            case "exists" -> exists(value);
            case "expand" -> expand(value);
            default -> ofText(name, value);
        };
    }

    /** To be called when a modifier has been applied to every value. */
    void done(String name) {
        applied.add(name);
    }

    private static IllegalArgumentException unfit(String name, String wanted, Value value) {
        return new IllegalArgumentException(
                "'" + name + "' takes " + wanted + ", not " + value.kind());
    }

    private static Value flag(String name, Value value) {
        if (!(value instanceof Value.Regex(var source, var flags))) {
            throw unfit(name, "a regular expression (it only follows 're')", value);
        }
        var all = new HashSet<>(flags);
        all.add(FLAGS.get(name));
        return new Value.Regex(source, all);
    }

    private static Value compare(String name, Value value) {
        var op = COMPARISONS.get(name);
        if (op == null) {
            throw new IllegalArgumentException(name);
        }
        return switch (value) {
            case Value.Number(var number) -> new Value.Compare(op, number);
            case Value.TimePart part -> new Value.CompareTime(op, part);
            default -> throw unfit(name, "a number", value);
        };
    }

    private static Value part(String name, Value value) {
        boolean open = !name.equals("startswith");
        boolean left = !name.equals("endswith");
        return switch (value) {
            case Value.Text(var pattern, var cased) -> {
                var wider = open ? pattern.endingWith() : pattern;
                yield new Value.Text(left ? wider.startingWith() : wider, cased);
            }
            case Value.Regex(var source, var flags) ->
                    new Value.Regex(Regexes.part(source, open, left), flags);
            case Value.Reference(var other, var starts, var ends) ->
                    new Value.Reference(other, starts || left, ends || open);
            default -> throw unfit(name, "text", value);
        };
    }

    private Value exists(Value value) {
        if (field.isEmpty()
                || !(value instanceof Value.Truth(var expected))
                || !applied.isEmpty()) {
            throw new IllegalArgumentException(
                    "'exists' takes a field, and true or false, and is the first modifier");
        }
        return new Value.Exists(expected);
    }

    private Value expand(Value value) {
        return switch (value) {
            case Value.Text(var pattern, var cased) -> {
                var all = placeholders.expand(pattern);
                yield all == null
                        ? new Value.Unknown(Placeholders.name(pattern))
                        : all.size() == 1
                                ? new Value.Text(all.getFirst(), cased)
                                : new Value.Several(
                                        all.stream()
                                                .<Value>map(one -> new Value.Text(one, cased))
                                                .toList());
            }
            case Value.Regex regex -> regex;
            default -> throw unfit("expand", "text", value);
        };
    }

    private Value ofText(String name, Value value) {
        if (!(value instanceof Value.Text(var pattern, var cased))) {
            throw unfit(name, "text", value);
        }
        return switch (name) {
            case "wide", "utf16le" -> new Value.Text(encoded(pattern, UTF_16LE, ""), cased);
            case "utf16be" -> new Value.Text(encoded(pattern, UTF_16BE, ""), cased);
            case "utf16" -> new Value.Text(encoded(pattern, UTF_16LE, "\uFEFF"), cased);
            case "base64" -> plain(Base64.getEncoder().encodeToString(bytes(name, pattern)), cased);
            case "base64offset" -> offsets(bytes(name, pattern), cased);
            case "windash" -> dashes(pattern, cased);
            case "cased" -> new Value.Text(pattern, true);
            case "cidr" -> cidr(pattern);
            case "fieldref" -> {
                if (!pattern.plain()) {
                    throw new IllegalArgumentException("'fieldref' takes a name without wildcards");
                }
                yield new Value.Reference(pattern.marked(), false, false);
            }
            default -> throw new IllegalArgumentException("modifier '" + name + "' is not known");
        };
    }

    private static Value plain(String text, boolean cased) {
        return new Value.Text(Pattern.literally(text), cased);
    }

    /**
     * Every run of text between wildcards in another encoding, read as UTF-8 again: only text whose
     * bytes are UTF-8 can be compared with what an event tells.
     */
    private static Pattern encoded(Pattern pattern, Charset charset, String mark) {
        var marked = new StringBuilder(mark);
        int from = 0;
        for (int i = 0; i <= pattern.marked().length(); i++) {
            if (i == pattern.marked().length() || Pattern.wildcard(pattern.marked().charAt(i))) {
                var run = pattern.marked().substring(from, i).getBytes(charset);
                try {
                    marked.append(UTF_8.newDecoder().decode(ByteBuffer.wrap(run)).toString());
                } catch (CharacterCodingException e) {
                    throw new IllegalArgumentException(
                            "UTF-16 of this text is no text (ASCII is always possible)", e);
                }
                if (i < pattern.marked().length()) {
                    marked.append(pattern.marked().charAt(i));
                }
                from = i + 1;
            }
        }
        return new Pattern(marked.toString());
    }

    private byte[] bytes(String name, Pattern pattern) {
        if (!pattern.plain()) {
            throw new IllegalArgumentException("'" + name + "' takes text without wildcards");
        }
        var text = pattern.marked();
        if (applied.contains("utf16") && text.startsWith("\uFEFF")) {
            var rest = text.substring(1).getBytes(UTF_8);
            var all = new byte[rest.length + 2];
            all[0] = (byte) 0xff; // the byte order mark of UTF-16LE
            all[1] = (byte) 0xfe;
            System.arraycopy(rest, 0, all, 2, rest.length);
            return all;
        }
        return text.getBytes(UTF_8);
    }

    /**
     * The text as it stands inside a longer base64 text: at each of three alignments the characters
     * that depend on this value alone (the first ones mix in the byte before, the last ones the
     * byte after). An alignment at which nothing is left is left out: it would match everything.
     */
    private static Value offsets(byte[] raw, boolean cased) {
        var all = new ArrayList<Value>(3);
        for (int shift = 0; shift < 3; shift++) {
            var shifted = new byte[raw.length + shift];
            Arrays.fill(shifted, 0, shift, (byte) ' ');
            System.arraycopy(raw, 0, shifted, shift, raw.length);
            var text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            int first = shift == 0 ? 0 : shift + 1;
            int end = shifted.length * 8 / 6;
            if (end > first) {
                all.add(plain(text.substring(first, end), cased));
            }
        }
        return new Value.Several(all);
    }

    private static Value dashes(Pattern pattern, boolean cased) {
        var at =
                FLAG.matcher(pattern.marked())
                        .results()
                        .map(java.util.regex.MatchResult::start)
                        .toList();
        if (at.size() > DASHES_MAX) {
            throw new IllegalArgumentException(
                    "'windash' replaces at most " + DASHES_MAX + " dashes of one value");
        }
        var all = new ArrayList<Value>();
        int variants = (int) Math.round(Math.pow(DASHES.length(), at.size()));
        for (int variant = 0; variant < variants; variant++) {
            var text = new StringBuilder(pattern.marked());
            int rest = variant;
            for (int place : at) {
                text.setCharAt(place, DASHES.charAt(rest % DASHES.length()));
                rest /= DASHES.length();
            }
            all.add(new Value.Text(new Pattern(text.toString()), cased));
        }
        return new Value.Several(all);
    }

    private Value cidr(Pattern pattern) {
        if (!applied.isEmpty()) {
            throw new IllegalArgumentException("'cidr' comes first of all modifiers");
        }
        try {
            var network = Network.of(pattern.marked());
            if (!network.startsAtItsAddress()) {
                throw new IllegalArgumentException(
                        "network: " + pattern.marked() + " has bits set behind its prefix");
            }
            return new Value.Cidr(network);
        } catch (Rejected e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
    }
}
