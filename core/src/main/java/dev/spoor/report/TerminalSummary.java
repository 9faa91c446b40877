package dev.spoor.report;

import dev.spoor.detect.Exceptions;
import dev.spoor.event.EntityRef;
import dev.spoor.event.Gap;
import dev.spoor.event.Level;
import dev.spoor.incident.Incident;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The readable summary for the terminal: what was read, the incidents told, findings by level, what
 * could not be seen, and where to see more. Nothing from a log reaches the terminal unescaped, and
 * secrets are masked.
 */
public final class TerminalSummary {
    /** More incidents than this are counted, the gravest being named. */
    public static final int INCIDENTS_MAX = 24;

    /** So many are told in full when they are of level high or above. */
    public static final int INCIDENTS_TOLD_MAX = 5;

    /** So many are told in full when none is. */
    public static final int INCIDENTS_TOLD_MIN = 2;

    /**
     * More sentences of one incident than this are counted; the gravest are told in their order.
     */
    public static final int SENTENCES_MAX = 30;

    /** More findings outside incidents than this are counted, the gravest being listed. */
    public static final int FINDINGS_MAX = 12;

    /** More blind rules, gaps or touched things than this are counted. */
    public static final int LINES_MAX = 8;

    /** A sentence is wrapped to at most this many lines and then cut. */
    public static final int SENTENCE_LINES_MAX = 4;

    /** A space that lines are not broken at; written as a space. */
    private static final char TOGETHER = '\u00a0';

    private static final int WIDTH_MIN = 40;
    private static final int WIDTH_MAX = 120;
    private static final DateTimeFormatter DATE = DateTimeFormatter.ISO_LOCAL_DATE;
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    /**
     * What the terminal can do.
     *
     * @param width columns; less than 40 is taken as 40, more than 120 as 120 (long lines tire)
     * @param colour whether SGR codes may be written (ECMA-48 section 8.3.117)
     * @param unicode whether marks beyond ASCII may be written
     */
    public record Look(int width, boolean colour, boolean unicode) {
        public Look {
            width = Math.clamp(width, WIDTH_MIN, WIDTH_MAX);
        }
    }

    private enum Ink {
        PLAIN(""),
        BOLD("1"),
        DIM("2"),
        CRITICAL("1;31"),
        HIGH("31"),
        MEDIUM("33"),
        LOW("36");

        private final String code;

        Ink(String code) {
            this.code = code;
        }
    }

    private final ScanResult result;
    private final Look look;
    private final StringBuilder out = new StringBuilder();

    private TerminalSummary(ScanResult result, Look look) {
        this.result = result;
        this.look = look;
    }

    /** The whole summary, lines ending in a line feed. */
    public static String text(ScanResult result, Look look) {
        var summary = new TerminalSummary(result, look);
        summary.input();
        summary.incidents();
        summary.findings();
        summary.held();
        summary.unseen();
        summary.more();
        return summary.out.toString();
    }

    private void input() {
        var input = result.input();
        line("", ink(Ink.BOLD, "Spoor ") + ink(Ink.DIM, Shown.of(result.version())));
        out.append('\n');
        row(
                "Read",
                joined(
                        counted(input.events(), "event"),
                        counted(input.requests(), "request"),
                        counted(input.files(), "file"),
                        Sizes.bytes(input.bytes())));
        if (input.from() != null && input.to() != null) {
            row("Time", span(input.from(), input.to()));
        }
        var kinds = new LinkedHashMap<String, Long>();
        for (var counted : input.sources()) {
            kinds.merge(counted.source().kind().id(), counted.events(), Long::sum);
        }
        if (!kinds.isEmpty()) {
            row(
                    "Sources",
                    kinds.entrySet().stream()
                            .map(e -> e.getKey() + " " + Sizes.count(e.getValue()))
                            .collect(Collectors.joining(", ")));
        }
        var levels =
                Arrays.stream(Level.values())
                        .sorted(Collections.reverseOrder())
                        .filter(level -> result.findingsByLevel().getOrDefault(level, 0) > 0)
                        .map(level ->
                                ink(
                                        inkOf(level),
                                        Sizes.count(result.findingsByLevel().getOrDefault(level, 0))
                                                + " "
                                                + level.id()))
                        .collect(Collectors.joining(", "));
        row("Findings", levels.isEmpty() ? "none" : levels);
        row(
                "Incidents",
                result.incidents().isEmpty() ? "none" : Sizes.count(result.incidents().size()));
        if (!input.gaps().isEmpty()) {
            row("Gaps", ink(Ink.MEDIUM, gapsByKind(input.gaps())) + ", see below");
        }
    }

    /** The gravest first: those of level high and above in full, the others in a line each. */
    private void incidents() {
        var byLevel =
                gravest(result.incidents(), INCIDENTS_MAX, Incident::level).stream()
                        .sorted(Comparator.comparing(Incident::level).reversed())
                        .toList();
        var grave =
                byLevel.stream()
                        .filter(incident -> incident.level().compareTo(Level.HIGH) >= 0)
                        .limit(INCIDENTS_TOLD_MAX)
                        .toList();
        var told = grave.isEmpty() ? byLevel.stream().limit(INCIDENTS_TOLD_MIN).toList() : grave;
        told.forEach(this::incident);
        var named = byLevel.subList(told.size(), byLevel.size());
        if (!named.isEmpty()) {
            heading(told.isEmpty() ? "Incidents" : "Other incidents");
            named.forEach(this::oneLine);
        }
        int rest = result.incidents().size() - byLevel.size();
        if (rest > 0) {
            line(
                    "   ",
                    ink(
                            Ink.DIM,
                            "and " + counted(rest, "more incident") + " (see --json or --report)"));
        }
    }

    private void oneLine(Incident incident) {
        var level = incident.level();
        var id = padded(incident.id(), 5);
        var shape = look.unicode() ? mark(level) + " " : "";
        wrapped(
                "   " + id + "  " + ink(inkOf(level), shape + padded(level.id(), 8)) + "  ",
                3 + id.length() + 2 + shape.length() + 8 + 2,
                Shown.of(incident.title()),
                Ink.PLAIN,
                1);
    }

    private void incident(Incident incident) {
        out.append('\n');
        var mark = look.unicode() ? "━━ " : "== ";
        var head =
                mark + incident.id() + "  " + incident.level().id().toUpperCase(Locale.ROOT) + "  ";
        wrapped(
                ink(inkOf(incident.level()), head),
                Visible.columns(head),
                Shown.of(incident.title()),
                Ink.BOLD,
                SENTENCE_LINES_MAX);
        var facts = new ArrayList<String>();
        if (incident.start() != null && incident.end() != null) {
            facts.add(span(incident.start(), incident.end()));
        }
        facts.add(
                "by "
                        + incident.actors().stream()
                                .limit(3)
                                .map(TerminalSummary::named)
                                .collect(Collectors.joining(", "))
                        + (incident.actors().size() > 3
                                ? " and " + (incident.actors().size() - 3) + " more"
                                : ""));
        facts.add(counted(incident.findings().size(), "finding"));
        facts.add(counted(incident.events().size(), "event"));
        wrapped("   ", 3, joined(facts.toArray(String[]::new)), Ink.DIM, SENTENCE_LINES_MAX);
        out.append('\n');
        var story =
                incident.story().size() <= SENTENCES_MAX
                        ? incident.story()
                        : gravest(incident.story(), SENTENCES_MAX, Incident.Sentence::level);
        LocalDate day = incident.start() == null ? null : day(incident.start());
        for (var sentence : story) {
            if (sentence.time() != null && !day(sentence.time()).equals(day)) {
                day = day(sentence.time());
                line("   ", ink(Ink.DIM, DATE.format(day)));
            }
            step(sentence.time(), sentence.level(), sentence.text(), SENTENCE_LINES_MAX);
        }
        int rest = incident.story().size() - story.size();
        if (rest > 0) {
            line("   ", ink(Ink.DIM, "and " + counted(rest, "more step") + " of lower level"));
        }
        scope(incident.scope());
    }

    private void step(@Nullable Instant time, Level level, String text, int linesMax) {
        var clock = time == null ? "   --   " : CLOCK.format(time.atOffset(ZoneOffset.UTC));
        var word = level == Level.INFORMATIONAL ? "info" : level.id();
        var shape = look.unicode() ? mark(level) + " " : "";
        var grade = shape + padded(word, 8);
        wrapped(
                "   " + ink(Ink.DIM, clock) + "  " + ink(inkOf(level), grade) + "  ",
                3 + clock.length() + 2 + grade.length() + 2,
                Shown.of(text),
                Ink.PLAIN,
                linesMax);
    }

    private void scope(Incident.Scope scope) {
        if (!scope.touched().isEmpty()
                || !scope.unknown().isEmpty()
                || !scope.couldTouch().isEmpty()) {
            out.append('\n');
        }
        if (!scope.touched().isEmpty()) {
            var by = new LinkedHashMap<String, List<String>>();
            for (var touched : scope.touched()) {
                by.computeIfAbsent(touched.how(), _ -> new ArrayList<>())
                        .add(named(touched.entity()));
            }
            var parts =
                    by.entrySet().stream().map(e -> e.getKey() + " " + some(e.getValue())).toList();
            labelled("Touched", some(parts, "; "));
        }
        if (!scope.couldTouch().isEmpty()) {
            labelled(
                    "Within reach",
                    some(scope.couldTouch().stream().map(could -> named(could.entity())).toList()));
        }
        if (!scope.unknown().isEmpty()) {
            labelled("Unknown", some(scope.unknown().stream().map(Shown::of).toList(), "; "));
        }
    }

    private void findings() {
        var incidentByFinding = result.incidentByFinding();
        var single =
                result.findings().stream()
                        .filter(finding -> !incidentByFinding.containsKey(finding.id()))
                        .toList();
        if (single.isEmpty()) {
            return;
        }
        heading("Findings outside incidents");
        var groups = Alike.of(single);
        var listed =
                groups.size() <= FINDINGS_MAX
                        ? groups
                        : gravest(groups, FINDINGS_MAX, alike -> alike.first().level());
        for (var alike : listed) {
            var finding = alike.first();
            var times =
                    alike.findings().size() == 1 ? "" : " (" + alike.findings().size() + " times)";
            step(finding.time(), finding.level(), finding.rule() + ": " + finding.why() + times, 2);
        }
        if (groups.size() > listed.size()) {
            int shown = listed.stream().mapToInt(alike -> alike.findings().size()).sum();
            line("   ", ink(Ink.DIM, "and " + counted(single.size() - shown, "more finding")));
        }
    }

    /** Against whom there is most. */
    private void risk() {
        var risks = result.risk().stream().filter(risk -> risk.score() >= RISK_MIN).toList();
        if (risks.size() < 2) {
            return;
        }
        heading("Most at risk (0 to 100)");
        for (var risk : risks.subList(0, Math.min(risks.size(), RISKS_MAX))) {
            wrapped(
                    "   %3d  ".formatted(risk.score()),
                    8,
                    Shown.of(
                            "%s %s (%s: %s)"
                                    .formatted(
                                            risk.entity().kind(),
                                            risk.entity().id(),
                                            counted(risk.findings(), "finding"),
                                            String.join(" ", risk.rules()))),
                    Ink.PLAIN,
                    2);
        }
    }

    /** Lower scores are not worth a line. */
    private static final int RISK_MIN = 20;

    private static final int RISKS_MAX = 5;

    /** What exceptions held back, and which rules make most of the findings. */
    private void held() {
        risk();
        var noise = result.noise();
        if (noise.size() > 1 && result.findings().size() >= NOISE_FINDINGS_MIN) {
            heading("Loudest rules");
            for (var rule : noise.subList(0, Math.min(noise.size(), NOISE_RULES_MAX))) {
                line("   ", loud(rule));
            }
            for (var rule : noise.subList(Math.min(noise.size(), NOISE_RULES_MAX), noise.size())) {
                if (rule.overBudget()) {
                    line("   ", loud(rule));
                }
            }
        }
        if (result.exceptions().isEmpty()) {
            return;
        }
        heading("Held back by exceptions");
        for (var use : result.exceptions()) {
            line("   ", Shown.of(held(use)));
        }
    }

    private static String loud(ScanResult.Noise rule) {
        return padded(rule.rule(), 10)
                + "%3.0f %%  ".formatted(100 * rule.share())
                + counted(rule.findings(), "finding")
                + (rule.medium() == 0 ? "" : ", " + rule.medium() + " at medium or above")
                + (rule.overBudget()
                        ? ": over its budget of %.0f %% of those"
                                .formatted(100 * ScanResult.ALERTS_SHARE_MAX)
                        : "");
    }

    /** An exception, what it did, and when it ends; one that ends soon is to be looked at. */
    private String held(Exceptions.Use use) {
        var at = result.input().to();
        var expiry =
                at == null || at.isBefore(use.expires().minus(EXPIRY_SOON))
                        ? "until "
                        : at.isBefore(use.expires()) ? "soon over: until " : "expired: until ";
        return use.id()
                + ": "
                + counted(use.hits(), "finding")
                + (use.lapsed() == 0 ? "" : ", " + use.lapsed() + " more outside its dates")
                + (use.outside() == 0 ? "" : ", " + use.outside() + " more outside its hours")
                + " ("
                + use.owner()
                + ", "
                + expiry
                + stamp(use.expires())
                + (use.during().isEmpty() ? "" : ", " + use.during())
                + ": "
                + use.reason()
                + ")";
    }

    private static final Duration EXPIRY_SOON = Duration.ofDays(14);

    /** Of fewer findings, shares say nothing. */
    private static final int NOISE_FINDINGS_MIN = 20;

    private static final int NOISE_RULES_MAX = 5;

    private void unseen() {
        var gaps = result.input().gaps();
        var blind = result.readiness().blind();
        if (gaps.isEmpty() && blind.isEmpty()) {
            return;
        }
        heading("Not seen");
        for (var gap : gaps.subList(0, Math.min(gaps.size(), LINES_MAX))) {
            var at = gap.at() == null ? "" : " at " + stamp(gap.at());
            var label = padded("gap: " + gap.kind(), 16);
            wrapped(
                    "   " + ink(Ink.MEDIUM, label) + "  ",
                    21,
                    Shown.of(gap.source() + at + ": " + gap.detail()),
                    Ink.PLAIN,
                    2);
        }
        if (gaps.size() > LINES_MAX) {
            line("   ", ink(Ink.DIM, "and " + counted(gaps.size() - LINES_MAX, "more gap")));
        }
        // Rules that are blind for one reason stand together
        var byReason = new LinkedHashMap<String, List<String>>();
        for (var rule : blind) {
            byReason.computeIfAbsent(rule.because(), _ -> new ArrayList<>()).add(rule.rule());
        }
        int lines = 0;
        for (var entry : byReason.entrySet()) {
            if (lines++ == LINES_MAX) {
                break;
            }
            var label = padded(counted(entry.getValue().size(), "blind rule"), 16);
            wrapped(
                    "   " + ink(Ink.MEDIUM, label) + "  ",
                    3 + Visible.columns(label) + 2,
                    Shown.of(entry.getKey())
                            + ": "
                            + some(entry.getValue().stream().map(Shown::of).toList()),
                    Ink.PLAIN,
                    3);
        }
        if (byReason.size() > LINES_MAX) {
            line(
                    "   ",
                    ink(
                            Ink.DIM,
                            "and blind rules for "
                                    + counted(byReason.size() - LINES_MAX, "more reason")));
        }
    }

    private void more() {
        heading("More");
        hint("--report FILE.html", "the story as a page, each sentence with its events");
        hint("--json", "everything, for scripts");
        var directory = result.ledger().directory();
        if (directory == null) {
            hint("--data DIR", "keep the evidence, to search and verify it later");
        } else {
            var quoted = Visible.text(Shell.quoted(directory));
            hint("spoor verify " + quoted, "check the evidence against its signed checkpoint");
            hint("spoor search '*' " + quoted, "search it");
        }
    }

    private void hint(String command, String purpose) {
        var shown = padded(command, 18);
        wrapped("   " + shown + "  ", 3 + Visible.columns(shown) + 2, purpose, Ink.DIM, 2);
    }

    // ---- words

    private static String named(EntityRef entity) {
        return Shown.of(Shown.named(entity));
    }

    private static String some(List<String> all) {
        return some(all, ", ");
    }

    private static String some(List<String> all, String between) {
        var head = String.join(between, all.subList(0, Math.min(all.size(), LINES_MAX)));
        return all.size() <= LINES_MAX ? head : head + " and " + (all.size() - LINES_MAX) + " more";
    }

    private static String gapsByKind(List<Gap> gaps) {
        var kinds = new LinkedHashMap<String, Integer>();
        gaps.forEach(gap -> kinds.merge(gap.kind(), 1, Integer::sum));
        return kinds.entrySet().stream()
                .map(e -> e.getValue() + " " + e.getKey())
                .collect(Collectors.joining(", "));
    }

    /** A number stays with its noun when lines are wrapped. */
    private static String counted(long count, String noun) {
        return Sizes.counted(count, noun).replace(' ', TOGETHER);
    }

    private String joined(String... parts) {
        return String.join(look.unicode() ? " · " : ", ", parts);
    }

    private String span(Instant from, Instant to) {
        var between = look.unicode() ? " – " : " - ";
        if (!from.isBefore(to) || stamp(from).equals(stamp(to))) {
            return stamp(from) + " UTC";
        }
        var end = day(from).equals(day(to)) ? CLOCK.format(to.atOffset(ZoneOffset.UTC)) : stamp(to);
        return stamp(from)
                + between
                + end
                + " UTC ("
                + Sizes.duration(Duration.between(from, to))
                + ")";
    }

    private static LocalDate day(Instant time) {
        return time.atOffset(ZoneOffset.UTC).toLocalDate();
    }

    private static String stamp(Instant time) {
        var utc = time.truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC);
        return DATE.format(utc) + " " + CLOCK.format(utc);
    }

    /** The gravest elements, in their own order. */
    private static <T> List<T> gravest(
            List<T> all, int most, java.util.function.Function<T, Level> level) {
        var order = new ArrayList<Integer>();
        for (int i = 0; i < all.size(); i++) {
            order.add(i);
        }
        order.sort((a, b) -> level.apply(all.get(b)).compareTo(level.apply(all.get(a))));
        return order.stream().limit(most).sorted().map(all::get).toList();
    }

    // ---- layout

    private void heading(String title) {
        out.append('\n');
        line("", ink(Ink.BOLD, title));
    }

    private void row(String label, String value) {
        wrapped(
                "  " + ink(Ink.DIM, padded(label, 10)) + " ",
                13,
                value,
                Ink.PLAIN,
                SENTENCE_LINES_MAX);
    }

    private void labelled(String label, String value) {
        var shown = padded(Visible.text(label), 12);
        wrapped(
                "   " + ink(Ink.DIM, shown) + "  ",
                3 + Visible.columns(shown) + 2,
                value,
                Ink.PLAIN,
                SENTENCE_LINES_MAX);
    }

    private void line(String indent, String text) {
        var whole = (indent + text).replace(TOGETHER, ' ');
        out.append(look.unicode() ? whole : Visible.ascii(whole)).append('\n');
    }

    private static String padded(String text, int columns) {
        return text + " ".repeat(Math.max(0, columns - Visible.columns(text)));
    }

    /** Writes the prefix, then the text wrapped under itself; text beyond the lines is cut. */
    private void wrapped(String prefix, int prefixColumns, String text, Ink ink, int linesMax) {
        // A prefix that leaves no room stands on a line of its own
        int indent = prefixColumns;
        boolean alone = look.width() - prefixColumns < 24;
        if (alone) {
            line("", prefix.stripTrailing());
            indent = 6;
        }
        var lines =
                Wrap.lines(
                        look.unicode() ? text : Visible.ascii(text),
                        look.width() - indent,
                        linesMax,
                        look.unicode() ? "…" : "...");
        for (int i = 0; i < lines.size(); i++) {
            line(i == 0 && !alone ? prefix : " ".repeat(indent), ink(ink, lines.get(i)));
        }
    }

    private static String mark(Level level) {
        return switch (level) {
            case CRITICAL -> "◆";
            case HIGH -> "▲";
            case MEDIUM -> "■";
            case LOW -> "●";
            case INFORMATIONAL -> "○";
        };
    }

    private static Ink inkOf(Level level) {
        return switch (level) {
            case CRITICAL -> Ink.CRITICAL;
            case HIGH -> Ink.HIGH;
            case MEDIUM -> Ink.MEDIUM;
            case LOW -> Ink.LOW;
            case INFORMATIONAL -> Ink.DIM;
        };
    }

    private String ink(Ink ink, @Nullable String text) {
        return !look.colour() || ink == Ink.PLAIN || text == null || text.isEmpty()
                ? String.valueOf(text)
                : "\u001b[" + ink.code + "m" + text + "\u001b[0m";
    }
}
