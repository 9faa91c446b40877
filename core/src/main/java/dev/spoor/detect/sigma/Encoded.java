package dev.spoor.detect.sigma;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;

/**
 * A text value while its modifiers are applied, in their order.
 *
 * @param bytes each character stands for one byte (after {@code wide} and its kin)
 * @param cased base64 text is always compared with case: another case is another value
 */
record Encoded(Pattern pattern, boolean bytes, boolean cased) {
    /** More variants of one value ({@code windash}: five per dash) are refused. */
    private static final int VARIANTS_MAX = 625;

    private static final String DASHES = "-/–—―";

    /** A dash that begins a word, as a command line flag does. */
    private static final java.util.regex.Pattern FLAG =
            java.util.regex.Pattern.compile("(?<!\\w)[-/–—―](?=\\w)");

    /**
     * The values that the modifier makes of this one; modifiers that are not about text: itself.
     */
    List<Encoded> apply(String modifier) {
        return switch (modifier) {
            case "contains" -> List.of(with(pattern.startingWith().endingWith()));
            case "startswith" -> List.of(with(pattern.startingWith()));
            case "endswith" -> List.of(with(pattern.endingWith()));
            case "wide", "utf16le" -> List.of(ofBytes(plain(modifier).getBytes(UTF_16LE)));
            case "utf16be" -> List.of(ofBytes(plain(modifier).getBytes(UTF_16BE)));
            case "utf16" -> List.of(ofBytes(("\uFEFF" + plain(modifier)).getBytes(UTF_16LE)));
            case "base64" -> List.of(base64(Base64.getEncoder().encodeToString(raw(modifier))));
            case "base64offset" -> offsets(raw(modifier));
            case "windash" -> dashes();
            default -> List.of(this);
        };
    }

    private Encoded with(Pattern other) {
        return new Encoded(other, bytes, cased);
    }

    private Encoded ofBytes(byte[] raw) {
        return new Encoded(Pattern.literally(new String(raw, ISO_8859_1)), true, cased);
    }

    private static Encoded base64(String text) {
        return new Encoded(Pattern.literally(text), false, true);
    }

    private String plain(String modifier) {
        if (!pattern.plain()) {
            throw new IllegalArgumentException("'" + modifier + "' takes text without wildcards");
        }
        return pattern.marked();
    }

    private byte[] raw(String modifier) {
        return plain(modifier).getBytes(bytes ? ISO_8859_1 : UTF_8);
    }

    /**
     * The text as it stands inside a longer base64 text: at each of three alignments the characters
     * that depend on this value alone (the first ones mix in the byte before, the last ones the
     * byte after).
     */
    private static List<Encoded> offsets(byte[] raw) {
        var all = new ArrayList<Encoded>(3);
        for (int shift = 0; shift < 3; shift++) {
            var shifted = new byte[raw.length + shift];
            System.arraycopy(raw, 0, shifted, shift, raw.length);
            var text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            int first = shift == 0 ? 0 : shift + 1;
            int end = shifted.length * 8 / 6;
            if (end > first) {
                all.add(base64(text.substring(first, end)));
            }
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("'base64offset' needs a longer text");
        }
        return all;
    }

    private List<Encoded> dashes() {
        var flags = FLAG.matcher(pattern.marked()).results().map(MatchResult::start).toList();
        long variants = Math.round(Math.pow(DASHES.length(), flags.size()));
        if (variants > VARIANTS_MAX) {
            throw new IllegalArgumentException(
                    "'windash' makes more than " + VARIANTS_MAX + " variants of one value");
        }
        var all = new ArrayList<Encoded>();
        for (int variant = 0; variant < variants; variant++) {
            var text = new StringBuilder(pattern.marked());
            int rest = variant;
            for (int at : flags) {
                text.setCharAt(at, DASHES.charAt(rest % DASHES.length()));
                rest /= DASHES.length();
            }
            all.add(with(new Pattern(text.toString())));
        }
        return all;
    }
}
