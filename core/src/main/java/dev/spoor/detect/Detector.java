package dev.spoor.detect;

import dev.spoor.detect.sigma.Rule;
import dev.spoor.detect.sigma.RuleSet;
import dev.spoor.event.AuditColumns;
import dev.spoor.event.AuditEvent;
import dev.spoor.event.AuditRequest;
import dev.spoor.event.Carried;
import dev.spoor.event.EventRef;
import dev.spoor.event.Gap;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Lens;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.Source;
import dev.spoor.event.Times;
import dev.spoor.query.EventSearch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs rules over events as they are scanned, then judges the requests that were hit.
 *
 * <p>A rule judges requests, not records. A record that ends its request is judged while it passes;
 * of the others only which rule held is kept. {@link #finish} fetches the other stages of the
 * requests that were hit, and judges those that never came to an end. Other kinds of events are
 * findings at once. For one thread.
 */
public final class Detector {
    /** Requests fetched at a time: bounds the memory of {@link #finish}. */
    static final int BATCH = 100_000;

    /** The rules for one kind of event, each with its number among all. */
    private record Lane(List<Rule> rules, int[] numbers, Prefilter prefilter) {}

    private final List<Rule> rules;
    private final FactSource facts;
    private final Map<Kind, Lane> lanes = new EnumMap<>(Kind.class);
    private final Hits hits = new Hits();
    private final Findings findings = new Findings();
    private final Join join = new Join(this::judge);
    private final Sight sight = new Sight();
    private final AuditColumns columns;

    private final Correlator correlator;
    private final Undecided<Rule> undecided = new Undecided<>();

    /** Equal rules are asked once. */
    public Detector(List<Rule> rules, FactSource facts) {
        this(RuleSet.of(rules), facts);
    }

    /** Rules and the correlations over them; equal rules are asked once. */
    public Detector(RuleSet set, FactSource facts) {
        this(set, facts, new AuditColumns());
    }

    /**
     * As {@link #Detector(RuleSet, FactSource)}.
     *
     * @param columns reads events from their columns; may be shared with who reads the same scan
     */
    public Detector(RuleSet set, FactSource facts, AuditColumns columns) {
        this.columns = columns;
        this.rules = List.copyOf(new LinkedHashSet<>(set.rules()));
        this.correlator = new Correlator(set);
        this.facts = facts;
        for (var kind : Kind.values()) {
            var numbers =
                    IntStream.range(0, rules.size())
                            .filter(i -> rules.get(i).logsource().kinds().contains(kind))
                            .toArray();
            var fit = IntStream.of(numbers).mapToObj(rules::get).toList();
            if (!fit.isEmpty()) {
                var prefilter =
                        new Prefilter(
                                kind,
                                fit,
                                facts,
                                (rule, event) -> sight.relevant(fit.get(rule), event));
                lanes.put(kind, new Lane(fit, numbers, prefilter));
            }
        }
    }

    /**
     * Takes one record; its bytes are not kept. To be called only for events that findings may rest
     * on.
     *
     * @param scanned the record's view, scanned by the one scanner of this flow
     */
    public void take(Received record, Scanned scanned, Source source, long position) {
        var kind = source.kind();
        sight.saw(source);
        var carried = Carried.in(source, record);
        if (carried != null) {
            carried(carried, record, source, position);
        }
        var lane = lanes.get(kind);
        if (lane == null) {
            return;
        }
        // The last event of a segment comes with codes of dictionaries that are already forgotten.
        boolean identity = Lens.identity(kind, source.wrapping());
        if (!scanned.verbatim() && scanned.current() && identity) {
            if (kind == Kind.KUBERNETES_AUDIT) {
                sight.fields(scanned);
            }
            var verdict = lane.prefilter.judge(scanned, source);
            if (verdict != Prefilter.Verdict.NOTHING) {
                look(verdict, lane, record, scanned, source, position);
            }
        } else {
            var view = new JsonView(source, record);
            if (kind == Kind.KUBERNETES_AUDIT) {
                sight.fields(view);
            }
            look(lane.prefilter.open(view), lane, record, null, source, position);
        }
    }

    /** What a sensor or a policy engine wrote into a container's output, as if it stood alone. */
    private void carried(JsonView event, Received record, Source carrier, long position) {
        sight.saw(event.source());
        var lane = lanes.get(event.source().kind());
        if (lane != null) {
            var view = new RuleView(event, facts);
            hold(
                    lane.prefilter.decide(lane.prefilter.open(event), view),
                    lane,
                    view,
                    record,
                    carrier,
                    position);
        }
    }

    private void look(
            Prefilter.Verdict verdict,
            Lane lane,
            Received record,
            @Nullable Scanned scanned,
            Source source,
            long position) {
        var settled = scanned == null ? verdict : lane.prefilter.settle(verdict, scanned);
        if (settled == Prefilter.Verdict.NOTHING) {
            return;
        }
        boolean audit = source.kind() == Kind.KUBERNETES_AUDIT;
        if (audit && scanned != null && correlator.aside(settled, lane.rules)) {
            var outline = columns.outline(scanned);
            if (outline != null && Join.ends(outline.stage())) {
                aside(settled, lane.rules, outline, record, source, position);
                return;
            }
        }
        var read = audit && scanned != null ? columns.read(scanned) : null;
        var view =
                new RuleView(
                        read == null ? new JsonView(source, record) : view(record, source, read),
                        facts);
        var decided = settled.open().isEmpty() ? settled : lane.prefilter.decide(settled, view);
        int before = hits.count();
        hold(decided, lane, view, record, source, position);
        if (hits.count() > before) {
            pass(view.view(), read != null, record, position);
        }
    }

    /** The rules that hold for an event, those that are still open asked as a whole. */
    private void hold(
            Prefilter.Verdict decided,
            Lane lane,
            RuleView view,
            Received record,
            Source source,
            long position) {
        for (int i = 0; i < decided.sure().length; i++) {
            int rule = lane.numbers[decided.sure()[i]];
            hit(rule, decided.grades()[i], view, record, source, position);
        }
        for (var open : decided.open()) {
            var rule = lane.rules.get(open.rule());
            if (undecided.holds(rule, rule.condition(), view)) {
                int number = lane.numbers[open.rule()];
                hit(number, Teller.GRADE_UNKNOWN, view, record, source, position);
            }
        }
    }

    /** What only correlations ask for is not joined, judged and told unless they find something. */
    private void aside(
            Prefilter.Verdict decided,
            List<Rule> asked,
            AuditEvent event,
            Received record,
            Source source,
            long position) {
        var view = new RuleView(view(record, source, event), facts);
        var ref =
                new EventRef(
                        source.id(),
                        record.line,
                        record.item,
                        position,
                        event.auditID(),
                        event.stage());
        for (int rule : decided.sure()) {
            correlator.takeBare(asked.get(rule), view, event, ref);
        }
    }

    private static JsonView view(Received record, Source source, AuditEvent read) {
        return new JsonView(source, read, record.view, record.viewOffset, record.viewLength);
    }

    /** A record that ends its request is judged while it is at hand. */
    private void pass(JsonView view, boolean shared, Received record, long position) {
        var event = view.audit();
        var ref =
                new EventRef(
                        view.source().id(),
                        record.line,
                        record.item,
                        position,
                        event.auditID(),
                        event.stage());
        join.pass(view, shared, ref);
    }

    private void hit(
            int rule, int grade, RuleView view, Received record, Source source, long position) {
        boolean audit = source.kind() == Kind.KUBERNETES_AUDIT;
        var auditId = audit ? view.view().audit().auditID() : "";
        if (!auditId.isEmpty()) {
            hits.add(rule, grade, position, auditId);
            return;
        }
        var ref = new EventRef(source.id(), record.line, record.item, position, null, null);
        long content =
                (long) record.viewLength << 32
                        | Integer.toUnsignedLong(
                                Join.hash(record.view, record.viewOffset, record.viewLength));
        if (audit) {
            var event = view.view().audit();
            var request = new AuditRequest(source, event, List.of(ref));
            claims(new Hits.Hit(rule, grade), view, event, event.time(), ref, content)
                    .forEach(claim -> claim.attach(request, ref));
            return;
        }
        var time = Times.of(source, record);
        claims(new Hits.Hit(rule, grade), view, null, time, ref, content);
    }

    /** What a rule's hit is: a finding, something for correlations, or both. */
    private List<Claimant> claims(
            Hits.Hit hit,
            RuleView view,
            @Nullable AuditEvent event,
            @Nullable Instant time,
            EventRef ref,
            long content) {
        var rule = rules.get(hit.rule());
        var claims = new ArrayList<Claimant>(1);
        var correlated = correlator.take(rule, view, event, time, ref, content);
        if (correlated != null) {
            claims.add(correlated);
        }
        if (!correlator.silences(rule)) {
            claims.add(findings.add(rule, hit.grade(), view, event, time, ref));
        }
        return claims;
    }

    /**
     * Judges what was hit. To be called once, when every record has been taken.
     *
     * @param search holds the records at the positions they were taken with
     * @param repeated whether two audit records may bear one id; when none do, none are looked for
     */
    public Detection finish(EventSearch search, boolean repeated) {
        join.requests(search, hits.auditIds(position -> repeated || !join.passed(position)), BATCH);
        join.close(repeated);
        complete(search);
        var gaps = new ArrayList<>(join.gaps());
        gaps.addAll(correlator.gaps());
        undecided.forEach((rule, events) ->
                gaps.add(
                        new Gap(
                                "limit",
                                "rules",
                                null,
                                "rule "
                                        + Teller.shown(rule.id())
                                        + " came to no verdict: its regular expression gave up",
                                events)));
        findings.ungraded()
                .forEach((rule, events) ->
                        gaps.add(
                                new Gap(
                                        "limit",
                                        "rules",
                                        null,
                                        "a level of rule "
                                                + Teller.shown(rule.id())
                                                + " was left open: its regular expression gave up",
                                        events)));
        return new Detection(
                Findings.numbered(findings.sorted(), correlator.findings()),
                sight.readiness(rules),
                gaps);
    }

    /** Looks up what the findings of correlations tell and nobody has kept. */
    private void complete(EventSearch search) {
        var bare = correlator.bare();
        if (bare.isEmpty()) {
            return;
        }
        var requests =
                new Join((view, event, record) -> {
                    var match = bare.get(record.position());
                    return match == null
                            ? List.of()
                            : List.of(
                                    correlator.told(
                                            match.getKey(),
                                            match.getValue(),
                                            new RuleView(view, facts),
                                            event));
                });
        var ids = new LinkedHashSet<String>();
        bare.values().forEach(match -> ids.add(match.getValue().auditID()));
        requests.requests(search, ids, BATCH);
        requests.close(false);
    }

    /** The rules were asked about this very record when it was taken. */
    private List<Claimant> judge(JsonView view, AuditEvent last, EventRef record) {
        var held = hits.at(record.position());
        if (held.isEmpty()) {
            return List.of();
        }
        var asked = new RuleView(view, facts);
        var claims = new ArrayList<Claimant>(held.size());
        for (var hit : held) {
            claims.addAll(claims(hit, asked, last, last.time(), record, last.auditID().hashCode()));
        }
        return claims;
    }
}
