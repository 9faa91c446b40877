package dev.spoor.detect;

import com.google.re2j.Pattern;
import dev.spoor.event.Level;
import dev.spoor.fault.Rejected;
import dev.spoor.query.Network;
import dev.spoor.query.Predicate;
import dev.spoor.query.Test;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list of indicators as questions of a {@link RetroHunt}: one a line, or the first column of a
 * CSV file. Addresses and networks are looked for where requests come from and, whole, in any text;
 * image digests, hashes, names and domains in any text, whatever case. Lines that begin with {@code
 * #} and a heading ({@code indicator}, {@code value}, {@code ip}) are left out.
 */
public final class Indicators {
    /** A longer list is refused. */
    public static final int INDICATORS_MAX = 2_000;

    /** A shorter word would be found everywhere. */
    static final int CHARS_MIN = 4;

    static final int CHARS_MAX = 512;

    private Indicators() {}

    /**
     * @param file its name, for messages
     * @param content hash of the text
     * @throws Rejected when a line is no indicator, with its number
     */
    public static List<RetroHunt.Question> read(String file, String text, String content) {
        var seen = new LinkedHashSet<String>();
        int number = 0;
        for (var line : text.lines().toList()) {
            number++;
            var value = first(line).strip();
            if (value.isEmpty() || value.startsWith("#") || number == 1 && heading(value)) {
                continue;
            }
            if (value.length() < CHARS_MIN || value.length() > CHARS_MAX) {
                throw new Rejected(
                        "%s:%d: '%s' (expected: %d to %d characters)"
                                .formatted(
                                        file, number, Teller.shown(value), CHARS_MIN, CHARS_MAX));
            }
            if (seen.add(value) && seen.size() > INDICATORS_MAX) {
                throw new Rejected(file + ": more than " + INDICATORS_MAX + " indicators");
            }
        }
        var questions = new ArrayList<RetroHunt.Question>();
        for (var value : seen) {
            // Low: an address or a hash alone is what an attacker changes most easily
            questions.add(
                    new RetroHunt.Question(
                            value, "Indicator", Level.LOW, content, condition(value)));
        }
        return questions;
    }

    private static boolean heading(String value) {
        return value.equalsIgnoreCase("indicator")
                || value.equalsIgnoreCase("value")
                || value.equalsIgnoreCase("ip");
    }

    /** The first column; quotes as in RFC 4180. */
    private static String first(String line) {
        if (line.startsWith("\"")) {
            int end = line.indexOf('"', 1);
            return end < 0 ? line.substring(1) : line.substring(1, end);
        }
        int end = line.indexOf(',');
        return end < 0 ? line : line.substring(0, end);
    }

    private static Predicate condition(String value) {
        var network = network(value);
        var parts = new ArrayList<Predicate>();
        if (network != null) {
            parts.add(new Predicate.Field("sourceIPs", new Test.Cidr(network)));
        }
        if (value.indexOf('/') < 0 || network == null) {
            var whole =
                    Pattern.compile(
                            "(^|[^0-9A-Za-z.:-])" + Pattern.quote(value) + "($|[^0-9A-Za-z:-])",
                            Pattern.CASE_INSENSITIVE);
            Predicate found = new Predicate.Text(new Test.Contains(value, false));
            parts.add(
                    network == null
                            ? found
                            : new Predicate.All(
                                    List.of(found, new Predicate.Text(new Test.Regex(whole)))));
        }
        return parts.size() == 1 ? parts.getFirst() : new Predicate.Any(parts);
    }

    private static @Nullable Network network(String value) {
        try {
            return value.matches("[0-9A-Fa-f.:]+(/[0-9]{1,3})?") && value.matches(".*[.:].*")
                    ? Network.of(value)
                    : null;
        } catch (Rejected e) {
            return null;
        }
    }
}
