package dev.spoor.detect.baseline;

import dev.spoor.event.AuditRequest;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.JsonView;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.Source;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of lines that applications and nodes log, mined as they pass, after Drain (He et al.,
 * ICWS 2017): words with a digit are variable; lines of as many words that begin with the same word
 * and agree in most of the others are one template, the differing words variable. What is told: a
 * template that was never seen, and one that comes far more often in an hour than in its own past.
 *
 * <p>A line whose words were met is one look-up by a number made of its bytes. Bounded: {@link
 * #TEMPLATES_MAX} templates of about 300 bytes, and 3 kB for each that was seen in two hours: 33 MB
 * at most. The same lines in the same order give the same templates.
 */
final class Lines {
    /** Further templates are not told apart: they are neither new nor a burst. */
    static final int TEMPLATES_MAX = 10_000;

    /** Templates that begin alike and are compared; more are told apart by their words alone. */
    private static final int ALIKE_MAX = 64;

    /** What follows in a line is not looked at. */
    private static final int BYTES_MAX = 1_024;

    private static final int WORDS_MAX = 24;

    /** Longer words are variable. */
    private static final int WORD_BYTES_MAX = 40;

    /** Lines of fewer words are only equal or not. */
    private static final int MERGED_WORDS_MIN = 4;

    private static final double AGREEING_MIN = 0.6;

    private static final String VARIABLE = "<*>";

    private static final List<String> TEXTS = List.of("message", "log", "MESSAGE", "msg");

    private final Map<Watch.Kind, Watch> watches;
    private final Told told;
    private final Predicate<Instant> over;
    private final Longs<Template> known = new Longs<>();
    private final Map<String, List<Template>> templates = new HashMap<>();
    private int count;

    private static final class Template {
        final String[] words;
        final Pace pace = new Pace();

        Template(String[] words) {
            this.words = words;
        }

        String text() {
            return String.join(" ", words);
        }
    }

    /**
     * Ready to learn.
     *
     * @param over whether learning is over at a time
     */
    Lines(Map<Watch.Kind, Watch> watches, Told told, Predicate<Instant> over) {
        this.watches = watches;
        this.told = told;
        this.over = over;
    }

    void take(
            Received record,
            Scanned scanned,
            Source source,
            long position,
            Instant time,
            boolean telling) {
        int from = record.viewOffset;
        int to = from + record.viewLength;
        var bytes = record.view;
        int place = scanned.verbatim() ? -1 : place(scanned);
        if (place >= 0) {
            bytes = scanned.bytes();
            from = scanned.from(place);
            to = scanned.to(place);
        }
        to = Math.min(to, from + BYTES_MAX);
        long number = number(bytes, from, to);
        if (number == 0) {
            return;
        }
        long hour = time.getEpochSecond() / 3600;
        var template = known.get(number);
        boolean fresh = false;
        if (template == null) {
            int before = count;
            template = template(words(bytes, from, to));
            if (template == null) {
                return;
            }
            known.put(number, template);
            fresh = count > before;
        }
        boolean judged = telling && over.test(time);
        if (fresh && judged) {
            tell(Watch.Kind.LINE, template, null, record, source, position, time);
        }
        if (template.pace.count(hour) && (template.pace.current() & 63) == 0) {
            var news = template.pace.news();
            if (news != null && judged) {
                tell(Watch.Kind.BURST, template, news, record, source, position, time);
            }
        }
    }

    private static int place(Scanned scanned) {
        for (var path : TEXTS) {
            int place = scanned.find(path);
            if (place >= 0) {
                return place;
            }
        }
        return -1;
    }

    private static boolean inWord(byte b) {
        return b >= '0' && b <= '9'
                || b >= 'a' && b <= 'z'
                || b >= 'A' && b <= 'Z'
                || b == '_'
                || b == '-'
                || b == '.'
                || b == '/'
                || b < 0;
    }

    /** Equal for lines of equal fixed words; 0 for a line without words. */
    private static long number(byte[] bytes, int from, int to) {
        long number = 0;
        int words = 0;
        int i = from;
        while (i < to && words < WORDS_MAX) {
            if (!inWord(bytes[i])) {
                i++;
                continue;
            }
            int start = i;
            long word = 17;
            boolean digit = false;
            for (; i < to && inWord(bytes[i]); i++) {
                digit |= bytes[i] >= '0' && bytes[i] <= '9';
                word = word * 0x100000001B3L ^ bytes[i];
            }
            boolean variable = digit || i - start > WORD_BYTES_MAX;
            number = Columns.mixed(number + 1, variable ? 3 : word);
            words++;
        }
        return number;
    }

    private static String[] words(byte[] bytes, int from, int to) {
        var words = new ArrayList<String>();
        int i = from;
        while (i < to && words.size() < WORDS_MAX) {
            if (!inWord(bytes[i])) {
                i++;
                continue;
            }
            int start = i;
            boolean digit = false;
            for (; i < to && inWord(bytes[i]); i++) {
                digit |= bytes[i] >= '0' && bytes[i] <= '9';
            }
            words.add(
                    digit || i - start > WORD_BYTES_MAX
                            ? VARIABLE
                            : new String(bytes, start, i - start, StandardCharsets.UTF_8));
        }
        return words.toArray(String[]::new);
    }

    /** The template of a line, a new one where none agrees; null when there are too many. */
    private @Nullable Template template(String[] words) {
        var alike =
                templates.computeIfAbsent(words.length + " " + words[0], _ -> new ArrayList<>(2));
        for (var template : alike) {
            if (agree(template.words, words)) {
                for (int i = 0; i < words.length; i++) {
                    template.words[i] = template.words[i].equals(words[i]) ? words[i] : VARIABLE;
                }
                return template;
            }
        }
        if (count >= TEMPLATES_MAX || alike.size() >= ALIKE_MAX) {
            return alike.isEmpty() ? null : alike.getLast();
        }
        count++;
        var template = new Template(words);
        alike.add(template);
        return template;
    }

    private static boolean agree(String[] template, String[] words) {
        int agreeing = 0;
        for (int i = 0; i < words.length; i++) {
            agreeing += template[i].equals(words[i]) || template[i].equals(VARIABLE) ? 1 : 0;
        }
        return words.length < MERGED_WORDS_MIN
                ? agreeing == words.length
                : agreeing >= AGREEING_MIN * words.length;
    }

    private void tell(
            Watch.Kind kind,
            Template template,
            Pace.@Nullable News news,
            Received record,
            Source source,
            long position,
            Instant time) {
        var watch = watches.get(kind);
        if (watch == null) {
            return;
        }
        var view = new JsonView(source, record);
        var entities = entities(view);
        var subject = entities.isEmpty() ? source.path() : entities.getFirst().id();

        var ref = new EventRef(source.id(), record.line, record.item, position, null, null);
        told.tell(
                new Told.Difference(watch, subject, watch.level(), time, entities, ref),
                new Told.Detail() {
                    @Override
                    public String why() {
                        var sentence =
                                new Sentence(watch.why())
                                        .with("user", subject)
                                        .with("templates", count - 1)
                                        .with("value", template.text());
                        return news == null
                                ? sentence.text()
                                : sentence.with("count", news.count())
                                        .with("known", news.median())
                                        .with("hours", news.hours())
                                        .with("company", news.company())
                                        .text();
                    }

                    @Override
                    public @Nullable AuditRequest request() {
                        return null;
                    }
                });
    }

    private static List<EntityRef> entities(JsonView view) {
        var pod = word(view, "k8s.pod.name");
        if (!pod.isEmpty()) {
            return List.of(new EntityRef("pod", word(view, "k8s.namespace.name") + "/" + pod));
        }
        var host = word(view, "host.name");
        return host.isEmpty() ? List.of() : List.of(new EntityRef("node", host));
    }

    private static String word(JsonView view, String field) {
        var values = view.values(field);
        return values.isEmpty() || !values.getFirst().isString()
                ? ""
                : values.getFirst().asString();
    }
}
