package dev.spoor.report;

import dev.spoor.detect.Finding;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Gap;
import dev.spoor.event.Level;
import dev.spoor.incident.Incident;
import dev.spoor.query.EventSearch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The report page: one file, no script, nothing from the network, nothing fetched. Its content
 * security policy allows the page's own style sheet, by hash, and nothing else; what a log says is
 * escaped by {@link Html} and never becomes a link.
 *
 * <p>The page is bounded: it shows the gravest and counts the rest, which the JSON document has.
 */
public final class HtmlReport {
    /** More incidents than this are counted, the gravest being told. */
    public static final int INCIDENTS_MAX = 40;

    /**
     * More sentences of one incident than this are counted; the gravest are told in their order.
     */
    public static final int SENTENCES_MAX = 150;

    /** More events of one sentence than this are counted. */
    public static final int EVENTS_PER_SENTENCE_MAX = 5;

    /** More events on the page than this are named, not shown; the first sentences come first. */
    public static final int EVENTS_MAX = 400;

    /** More rows of a table or list than this are counted. */
    public static final int ROWS_MAX = 100;

    private final ScanResult result;
    private final RawEvents raw;
    private final Html html;
    private final Map<String, Finding> findings;
    private int shownEvents;

    private HtmlReport(ScanResult result, RawEvents raw, Html html) {
        this.result = result;
        this.raw = raw;
        this.html = html;
        this.findings =
                result.findings().stream()
                        .collect(Collectors.toMap(Finding::id, finding -> finding, (a, _) -> a));
    }

    /**
     * Writes the page in UTF-8 terms; flushes, but does not close the writer.
     *
     * @param search where the shown events are fetched from
     */
    public static void write(ScanResult result, EventSearch search, Writer writer)
            throws IOException {
        try {
            var html = new Html(writer);
            new HtmlReport(result, new RawEvents(search, wanted(result)), html).page();
            html.finish();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        writer.flush();
    }

    private static Map<EventRef, RawEvents.Wanted> wanted(ScanResult result) {
        var wanted = new LinkedHashMap<EventRef, RawEvents.Wanted>();
        for (var incident : told(result)) {
            for (var sentence : told(incident)) {
                for (var event :
                        sentence.events().stream().limit(EVENTS_PER_SENTENCE_MAX).toList()) {
                    if (wanted.size() < EVENTS_MAX) {
                        wanted.putIfAbsent(event, new RawEvents.Wanted(sentence.time()));
                    }
                }
            }
        }
        return wanted;
    }

    /** The gravest first; of one level the earliest. */
    private static List<Incident> told(ScanResult result) {
        return result.incidents().stream()
                .sorted(Comparator.comparing(Incident::level).reversed())
                .limit(INCIDENTS_MAX)
                .toList();
    }

    private static List<Incident.Sentence> told(Incident incident) {
        return gravest(incident.story(), SENTENCES_MAX, Incident.Sentence::level);
    }

    /** The gravest elements, in their own order. */
    static <T> List<T> gravest(List<T> all, int most, Function<T, Level> level) {
        if (all.size() <= most) {
            return all;
        }
        var order = new ArrayList<Integer>();
        for (int i = 0; i < all.size(); i++) {
            order.add(i);
        }
        order.sort((a, b) -> level.apply(all.get(b)).compareTo(level.apply(all.get(a))));
        return order.stream().limit(most).sorted().map(all::get).toList();
    }

    // ---- the page

    private void page() {
        var css = css();
        html.doctype().open("html", "lang", "en").open("head");
        html.open("meta", "charset", "utf-8");
        html.open(
                "meta",
                "http-equiv",
                "Content-Security-Policy",
                "content",
                "default-src 'none'; style-src 'sha256-"
                        + sha256(css)
                        + "'; base-uri 'none'; form-action 'none'");
        html.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.open("meta", "name", "color-scheme", "content", "light dark");
        html.open("meta", "name", "referrer", "content", "no-referrer");
        html.element("title", title());
        html.style(css).end();
        html.open("body");
        html.element("a", "Skip to the report", "class", "skip", "href", "#main");
        shapes();
        header();
        html.open("main", "id", "main", "tabindex", "-1");
        for (var incident : told(result)) {
            incident(incident);
        }
        otherFindings();
        unseen();
        input();
        verify();
        html.end();
        footer();
        html.end().end();
    }

    private String title() {
        return result.incidents().size() == 1
                ? Visible.text(Shown.masked(result.incidents().getFirst().title()))
                : headline() + " – Spoor";
    }

    private String headline() {
        if (result.incidents().isEmpty()) {
            return result.findings().isEmpty() ? "Nothing found" : "No incident found";
        }
        return Sizes.counted(result.incidents().size(), "incident") + " found";
    }

    /** The marks of the levels, drawn once: each has a shape of its own. */
    private void shapes() {
        html.open("svg", "class", "shapes", "aria-hidden", "true", "focusable", "false");
        shape("critical", "M8 .5 15.5 8 8 15.5 .5 8z");
        shape("high", "M8 1.5 15 14.5H1z");
        shape("medium", "M2.5 2.5h11v11h-11z");
        shape("low", "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2z");
        html.open("symbol", "id", "mark-informational", "viewBox", "0 0 16 16");
        html.open("circle", "cx", "8", "cy", "8", "r", "5", "class", "hollow").close();
        html.end().end();
    }

    private void shape(String level, String path) {
        html.open("symbol", "id", "mark-" + level, "viewBox", "0 0 16 16");
        html.open("path", "d", path).close();
        html.end();
    }

    private void mark(Level level) {
        html.open(
                "svg",
                "class",
                "mark " + level.id(),
                "width",
                "14",
                "height",
                "14",
                "aria-hidden",
                "true");
        html.open("use", "href", "#mark-" + level.id()).close();
        html.close();
    }

    private void badge(Level level) {
        html.open("span", "class", "badge " + level.id());
        mark(level);
        html.text(level.id()).close();
    }

    private void header() {
        var input = result.input();
        html.open("header", "class", "top");
        html.open("p", "class", "brand");
        html.open(
                "svg",
                "class",
                "track",
                "viewBox",
                "0 0 40 16",
                "width",
                "40",
                "height",
                "16",
                "aria-hidden",
                "true");
        for (var place : new int[][] {{4, 11}, {12, 5}, {20, 11}, {28, 5}, {36, 11}}) {
            html.open(
                            "ellipse",
                            "cx",
                            String.valueOf(place[0]),
                            "cy",
                            String.valueOf(place[1]),
                            "rx",
                            "2.6",
                            "ry",
                            "3.4")
                    .close();
        }
        html.close();
        html.text("Spoor").close();
        html.element("h1", headline());
        html.open("p", "class", "facts");
        html.text(
                "In %s from %s, %s."
                        .formatted(
                                Sizes.counted(input.events(), "event"),
                                Sizes.counted(input.files(), "file"),
                                Sizes.bytes(input.bytes())));
        if (input.from() != null && input.to() != null) {
            html.text(" " + Moments.span(input.from(), input.to()) + ".");
        }
        html.end();
        levels();
        if (result.incidents().size() > 1) {
            contents();
        }
        html.end();
    }

    private void levels() {
        var counts = result.findingsByLevel();
        if (result.findings().isEmpty()) {
            return;
        }
        html.open("ul", "class", "levels", "aria-label", "Findings by level");
        for (int i = Level.values().length - 1; i >= 0; i--) {
            var level = Level.values()[i];
            int count = counts.getOrDefault(level, 0);
            if (count > 0) {
                html.open("li", "class", level.id());
                mark(level);
                html.element("b", Sizes.count(count)).text(" " + level.id()).end();
            }
        }
        html.end();
    }

    private void contents() {
        html.open("nav", "aria-label", "Incidents").open("ol", "class", "contents");
        for (var incident : told(result)) {
            html.open("li");
            badge(incident.level());
            html.open("a", "href", "#" + anchor(incident)).said(incident.title()).close();
            if (incident.start() != null) {
                html.element("span", Moments.clock(incident.start()), "class", "quiet");
            }
            html.end();
        }
        html.end().end();
        more(result.incidents().size() - told(result).size(), "more incident");
    }

    private void more(int rest, String noun) {
        if (rest > 0) {
            html.element(
                    "p",
                    "And " + Sizes.counted(rest, noun) + ", in the JSON document.",
                    "class",
                    "quiet");
        }
    }

    /** Ids are ours ({@code I-1}); anything else becomes harmless. */
    private static String anchor(Incident incident) {
        return incident.id().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
    }

    // ---- an incident

    private void incident(Incident incident) {
        var id = anchor(incident);
        html.open(
                "article",
                "id",
                id,
                "class",
                "incident " + incident.level().id(),
                "aria-labelledby",
                id + "-head");
        html.open("p", "class", "over");
        badge(incident.level());
        html.element("span", incident.id());
        if (incident.start() != null && incident.end() != null) {
            html.open("span").text(Moments.span(incident.start(), incident.end())).close();
            var took = Duration.between(incident.start(), incident.end());
            if (took.toSeconds() > 0) {
                html.open("span").text(Sizes.duration(took)).close();
            }
        }
        html.end();
        html.open("h2", "id", id + "-head").said(incident.title()).end();
        html.open("div", "class", "lede");
        for (var sentence : Lede.of(incident)) {
            html.open("p").said(sentence).end();
        }
        html.end();
        timeline(incident, id);
        story(incident);
        who(incident);
        scope(incident);
        limits();
        html.end();
    }

    private void who(Incident incident) {
        html.element("h3", "Actors and techniques");
        html.open("dl", "class", "who");
        html.open("div")
                .element("dt", incident.actors().size() == 1 ? "Actor" : "Actors")
                .open("dd")
                .open("ul");
        for (var actor : head(incident.actors())) {
            html.open("li");
            entity(actor);
            html.close();
        }
        rest(incident.actors());
        html.end().end().end();
        if (!incident.techniques().isEmpty()) {
            html.open("div")
                    .element("dt", "Techniques")
                    .open("dd")
                    .open("ul", "class", "techniques");
            for (var technique : head(incident.techniques())) {
                html.open("li");
                technique(technique);
                html.close();
            }
            rest(incident.techniques());
            html.end().end().end();
        }
        html.end();
    }

    private void technique(String id) {
        html.element("code", id);
        var name = Techniques.name(id);
        if (!name.isEmpty()) {
            html.text(" " + name);
        }
    }

    private void entity(EntityRef entity) {
        if (!Shown.named(entity).equals(entity.id())) {
            html.open("span", "class", "kind").text(entity.kind()).text(" ").close();
        }
        html.element("code", entity.id());
    }

    private static <T> List<T> head(List<T> all) {
        return all.subList(0, Math.min(all.size(), ROWS_MAX));
    }

    private void rest(List<?> all) {
        if (all.size() > ROWS_MAX) {
            html.element(
                    "li", "and " + Sizes.count(all.size() - ROWS_MAX) + " more", "class", "quiet");
        }
    }

    private void timeline(Incident incident, String id) {
        var timeline = Timeline.of(incident);
        if (timeline == null) {
            return;
        }
        html.open("section", "aria-labelledby", id + "-time");
        html.element("h3", "Timeline", "id", id + "-time");
        html.open("figure");
        boolean named = timeline.draw(html, Timeline.Size.WIDE, id + "-wide");
        timeline.draw(html, Timeline.Size.NARROW, id + "-narrow");
        html.open("figcaption");
        var levels =
                incident.story().stream()
                        .map(Incident.Sentence::level)
                        .distinct()
                        .sorted()
                        .toList()
                        .reversed();
        html.open("span", "class", "key");
        for (var level : levels) {
            html.open("span");
            mark(level);
            html.text(level.id()).close();
        }
        html.close();
        html.open("span")
                .text(
                        "Arrows lead from who acted to what was acted on. Pauses are drawn shorter than they were; the times on the axis are right.")
                .close();
        html.end();
        html.open("ol", "class", named ? "path spare" : "path", "aria-label", "Tactics in order");
        String last = "";
        for (var sentence : told(incident)) {
            if (!sentence.role().equals(last) && !sentence.role().equals("context")) {
                html.element("li", Techniques.tactic(sentence.role()));
                last = sentence.role();
            }
        }
        html.end().end().end();
    }

    private void story(Incident incident) {
        var told = told(incident);
        html.open("section", "aria-label", "Story").element("h3", "What happened");
        html.open("ol", "class", "story");
        // The head of the incident tells the first day
        LocalDate day = incident.start() == null ? null : Moments.date(incident.start());
        for (var sentence : told) {
            html.open("li", "class", sentence.level().id());
            html.open("p", "class", "when");
            if (sentence.time() == null) {
                html.text("no time");
            } else {
                if (!Moments.date(sentence.time()).equals(day)) {
                    day = Moments.date(sentence.time());
                    html.element("span", Moments.shortDay(sentence.time()), "class", "day");
                }
                html.element(
                        "time",
                        Moments.clock(sentence.time()),
                        "datetime",
                        sentence.time().toString());
            }
            html.end();
            html.open("div", "class", "dot");
            mark(sentence.level());
            html.close();
            html.open("div", "class", "told");
            html.open("p", "class", "sentence").said(sentence.text()).end();
            html.open("p", "class", "meta");
            html.open("span", "class", sentence.level().id() + " word")
                    .text(sentence.level().id())
                    .close();
            html.element("span", Techniques.tactic(sentence.role()));
            because(sentence);
            html.end();
            events(sentence);
            html.end().end();
        }
        html.end();
        more(incident.story().size() - told.size(), "more step");
        html.end();
    }

    /** The rules and techniques of a sentence's findings, each once. */
    private void because(Incident.Sentence sentence) {
        var rules = new LinkedHashMap<String, String>();
        var techniques = new LinkedHashMap<String, Boolean>();
        for (var id : sentence.findings()) {
            var finding = findings.get(id);
            if (finding != null) {
                rules.putIfAbsent(finding.rule(), finding.title());
                finding.techniques().forEach(technique -> techniques.put(technique, true));
            }
        }
        techniques.keySet().stream()
                .limit(6)
                .forEach(id -> {
                    html.open("span");
                    technique(id);
                    html.close();
                });
        rules.entrySet().stream()
                .limit(6)
                .forEach(rule ->
                        html.open("span").text("rule ").element("code", rule.getKey()).close());
    }

    private void events(Incident.Sentence sentence) {
        var events = sentence.events();
        if (events.isEmpty()) {
            return;
        }
        html.open("details").open("summary").text(Sizes.counted(events.size(), "event"));
        html.element(
                        "span",
                        events.size() == 1
                                ? ", " + place(events.getFirst())
                                : ", from " + place(events.getFirst()),
                        "class",
                        "quiet")
                .close();
        for (var event : events.stream().limit(EVENTS_PER_SENTENCE_MAX).toList()) {
            event(event);
        }
        int rest = events.size() - EVENTS_PER_SENTENCE_MAX;
        if (rest > 0) {
            html.element(
                    "p",
                    "And "
                            + Sizes.counted(rest, "more event")
                            + " of this step, in the JSON document.",
                    "class",
                    "quiet");
        }
        html.end();
    }

    private void event(EventRef event) {
        html.open("div", "class", "event").open("dl", "class", "place");
        var sources = result.input().sources();
        var path =
                event.source() >= 0 && event.source() < sources.size()
                        ? sources.get(event.source()).source().path()
                        : "source " + event.source();
        fact("Source", path);
        fact(
                "Line",
                event.item() > 0
                        ? event.line() + ", item " + event.item()
                        : Long.toString(event.line()));
        fact("Ledger position", Long.toString(event.position()));
        if (event.auditID() != null) {
            fact("Audit ID", event.auditID());
        }
        if (event.stage() != null) {
            fact("Stage", event.stage());
        }
        html.end();
        var stored = raw.at(event.position());
        if (stored == null) {
            html.element("p", "Not shown here; it stands in the ledger.", "class", "quiet");
        } else if (shownEvents >= EVENTS_MAX) {
            html.element(
                    "p",
                    "Not shown here, for the size of the page; it stands in the ledger.",
                    "class",
                    "quiet");
        } else {
            shownEvents++;
            RawEvents.write(html, stored);
        }
        html.end();
    }

    private void fact(String name, String value) {
        html.open("div").element("dt", name).element("dd", value).close();
    }

    private void scope(Incident incident) {
        var scope = incident.scope();
        html.open("section", "aria-label", "Scope")
                .element("h3", "Scope")
                .open("div", "class", "scope");
        html.open("div").element("h4", "Touched");
        if (scope.touched().isEmpty()) {
            html.element("p", "Nothing is known to be touched.", "class", "quiet");
        } else {
            html.open("ul");
            for (var touched : head(scope.touched())) {
                html.open("li");
                html.open("span", "class", "quiet").text(touched.how()).text(" ").close();
                entity(touched.entity());
                html.close();
            }
            rest(scope.touched());
            html.end();
        }
        html.end().open("div").element("h4", "Within reach");
        if (scope.couldTouch().isEmpty()) {
            html.element("p", "Nothing more is known to be within reach.", "class", "quiet");
        } else {
            html.open("ul");
            for (var could : head(scope.couldTouch())) {
                html.open("li");
                entity(could.entity());
                ways(could.through());
                html.close();
            }
            rest(scope.couldTouch());
            html.end();
        }
        html.end().open("div").element("h4", "Unknown");
        if (scope.unknown().isEmpty()) {
            html.element("p", "No open question is known.", "class", "quiet");
        } else {
            html.open("ul");
            for (var unknown : head(scope.unknown())) {
                html.open("li").said(unknown).close();
            }
            rest(scope.unknown());
            html.end();
        }
        html.end().end().end();
    }

    private void ways(List<String> through) {
        if (through.size() == 1) {
            html.open("span", "class", "quiet").text(" through ").said(through.getFirst()).close();
        } else if (!through.isEmpty()) {
            html.open("ul", "class", "quiet ways");
            for (var way : head(through)) {
                html.open("li").said(way).close();
            }
            rest(through);
            html.close();
        }
    }

    /** What limits this picture stands once for all incidents; here is the way to it. */
    private void limits() {
        int gaps = result.input().gaps().size();
        int blind = result.readiness().blind().size();
        html.open("p", "class", "limits");
        if (gaps + blind > 0) {
            var parts = new ArrayList<String>();
            if (gaps > 0) {
                parts.add(Sizes.counted(gaps, "gap") + " in the logs");
            }
            if (blind > 0) {
                parts.add(Sizes.counted(blind, "blind rule"));
            }
            html.text("This picture is limited by ")
                    .element("a", String.join(" and ", parts), "href", "#unseen")
                    .text(". ");
        }
        html.text("Every event above can be ")
                .element("a", "checked against the sealed evidence", "href", "#verify")
                .text(".")
                .end();
    }

    // ---- beside the incidents

    private void otherFindings() {
        var incidentByFinding = result.incidentByFinding();
        var single =
                result.findings().stream()
                        .filter(finding -> !incidentByFinding.containsKey(finding.id()))
                        .toList();
        if (single.isEmpty()) {
            return;
        }
        var groups = Alike.of(single);
        var rows = gravest(groups, ROWS_MAX, alike -> alike.first().level());
        html.open("section", "id", "findings", "aria-labelledby", "findings-head");
        html.element("h2", "Findings outside incidents", "id", "findings-head");
        html.open("table").open("thead").open("tr");
        for (var name : List.of("Time (UTC)", "Level", "What", "Rule", "Where")) {
            html.element("th", name, "scope", "col");
        }
        html.close().close().open("tbody");
        for (var alike : rows) {
            row(alike);
        }
        html.end().end();
        more(groups.size() - rows.size(), "more finding");
        html.end();
    }

    private void row(Alike alike) {
        var finding = alike.first();
        html.open("tr");
        html.open("td", "data-label", "Time (UTC)", "class", "nowrap");
        if (finding.time() == null) {
            html.text("–");
        } else {
            html.element(
                    "time",
                    Moments.date(finding.time()) + " " + Moments.clock(finding.time()),
                    "datetime",
                    finding.time().toString());
        }
        html.close().open("td", "data-label", "Level");
        badge(finding.level());
        html.close().open("td", "data-label", "What", "class", "what").said(finding.why());
        if (alike.findings().size() > 1) {
            html.element("span", " " + alike.findings().size() + " times", "class", "quiet");
        }
        html.close()
                .open("td", "data-label", "Rule", "class", "rule")
                .element("code", finding.rule());
        if (finding.author() != null) {
            html.element("span", " by " + finding.author(), "class", "quiet");
        }
        var event = finding.events().getFirst();
        html.close().open("td", "data-label", "Where", "class", "where");
        html.text(place(event)).close().end();
    }

    private String place(EventRef event) {
        var sources = result.input().sources();
        var path =
                event.source() >= 0 && event.source() < sources.size()
                        ? sources.get(event.source()).source().path()
                        : "source " + event.source();
        var name = path.substring(path.lastIndexOf('/') + 1);
        return name + ":" + event.line() + (event.item() > 0 ? "#" + event.item() : "");
    }

    private void unseen() {
        html.open("section", "id", "unseen", "aria-labelledby", "unseen-head");
        html.element("h2", "What could not be seen", "id", "unseen-head");
        var gaps = result.input().gaps();
        var blind = result.readiness().blind();
        if (gaps.isEmpty() && blind.isEmpty()) {
            html.element(
                    "p",
                    "No gap in what was read, and no rule was blind. What never reached these logs cannot be seen here.");
        }
        if (!gaps.isEmpty()) {
            html.element("h3", "Gaps in the logs");
            html.open("ul", "class", "plain");
            for (var gap : head(gaps)) {
                gap(gap);
            }
            rest(gaps);
            html.end();
        }
        if (!blind.isEmpty()) {
            html.element("h3", "Rules that could not see");
            var byReason = new LinkedHashMap<String, List<String>>();
            for (var rule : blind) {
                byReason.computeIfAbsent(rule.because(), _ -> new ArrayList<>()).add(rule.rule());
            }
            html.open("ul", "class", "plain");
            for (var entry : head(List.copyOf(byReason.entrySet()))) {
                html.open("li")
                        .said(entry.getKey())
                        .open("span", "class", "quiet")
                        .text(" – ")
                        .text(String.join(", ", entry.getValue()))
                        .close()
                        .close();
            }
            rest(List.copyOf(byReason.entrySet()));
            html.end();
        }
        html.end();
    }

    private void gap(Gap gap) {
        html.open("li").element("b", gap.kind()).text(" ");
        html.element("code", gap.source()).text(": ").said(gap.detail());
        if (gap.at() != null) {
            html.element(
                    "span",
                    " at " + Moments.day(gap.at()) + ", " + Moments.clock(gap.at()) + " UTC",
                    "class",
                    "quiet");
        }
        if (gap.events() > 0) {
            html.element("span", " " + Sizes.counted(gap.events(), "event"), "class", "quiet");
        }
        html.close();
    }

    private void input() {
        var sources = result.input().sources();
        html.open("section", "id", "input", "aria-labelledby", "input-head");
        html.element("h2", "What was read", "id", "input-head");
        html.open("p")
                .text(
                        "%s, %s, %s in %s."
                                .formatted(
                                        Sizes.counted(result.input().events(), "event"),
                                        Sizes.counted(result.input().requests(), "API request"),
                                        Sizes.bytes(result.input().bytes()),
                                        Sizes.counted(result.input().files(), "file")))
                .end();
        if (!sources.isEmpty()) {
            html.open("table").open("thead").open("tr");
            for (var name : List.of("Source", "Kind", "Cluster", "Events")) {
                html.element(
                        "th",
                        name,
                        "scope",
                        "col",
                        "class",
                        name.equals("Events") ? "number" : null);
            }
            html.close().close().open("tbody");
            var rows =
                    sources.stream()
                            .sorted((a, b) -> Long.compare(b.events(), a.events()))
                            .limit(ROWS_MAX)
                            .toList();
            for (var counted : rows) {
                html.open("tr");
                html.open("td", "data-label", "Source")
                        .element("code", counted.source().path())
                        .close();
                html.element("td", counted.source().kind().id(), "data-label", "Kind");
                var cluster = counted.source().cluster();
                html.element("td", cluster == null ? "–" : cluster, "data-label", "Cluster");
                html.element(
                        "td",
                        Sizes.count(counted.events()),
                        "data-label",
                        "Events",
                        "class",
                        "number");
                html.end();
            }
            html.close().end();
            more(sources.size() - rows.size(), "more source");
        }
        html.end();
    }

    private void verify() {
        var ledger = result.ledger();
        html.open("section", "id", "verify", "aria-labelledby", "verify-head");
        html.element("h2", "How to verify it", "id", "verify-head");
        html.open("p")
                .text(
                        "Every byte that was read lies in an append-only ledger of %s. Their hashes form a Merkle tree (RFC 6962); the checkpoint below is its root, signed."
                                .formatted(Sizes.counted(ledger.size(), "entry")))
                .end();
        var directory = ledger.directory();
        if (directory == null) {
            html.open("p")
                    .text("The ledger of this scan was temporary. To keep it, scan again with ")
                    .element("code", "--data DIR")
                    .text(", then:")
                    .end();
        } else {
            html.element("p", "With the evidence folder at hand:");
        }
        html.open("pre", "class", "command")
                .lines("./spoor verify " + (directory == null ? "DIR" : Shell.quoted(directory)))
                .end();
        html.open("p")
                .text(
                        "It reads every file again and says whether each entry still gives this root and the signature holds: then nothing was changed, removed or slipped in since the checkpoint was signed. It cannot say whether the logs were true or complete when they came in; that is what the gaps above are for.")
                .end();
        html.open("dl", "class", "place");
        fact("Entries", Sizes.count(ledger.size()));
        fact("Root", ledger.root());
        html.end();
        html.open("pre", "aria-label", "Checkpoint", "class", "note")
                .lines(ledger.checkpoint().stripTrailing())
                .end();
        html.end();
    }

    private void footer() {
        html.open("footer");
        html.element(
                "p",
                "Written by Spoor "
                        + result.version()
                        + ". Times are UTC. Secrets are masked in every view; the evidence keeps the original. Hidden characters are written out.");
        html.element(
                "p",
                "Technique names: MITRE ATT&CK®, © The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation. MS-TA…: Threat Matrix for Kubernetes, © Microsoft, CC BY 4.0.");
        html.end();
    }

    // ---- the style sheet

    private static String css() {
        try (var in = HtmlReport.class.getResourceAsStream("/report/page.css")) {
            if (in == null) {
                throw new IllegalStateException("resource /report/page.css: missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
