package dev.spoor.detect;

import dev.spoor.detect.sigma.Rule;
import dev.spoor.event.AuditEvent;
import dev.spoor.event.AuditRequest;
import dev.spoor.event.Column;
import dev.spoor.event.EventRef;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Lens;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.Source;
import dev.spoor.event.Times;
import dev.spoor.query.EventSearch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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

    /** Equal rules are asked once. */
    public Detector(List<Rule> rules, FactSource facts) {
        this.rules = List.copyOf(new LinkedHashSet<>(rules));
        this.facts = facts;
        for (var kind : Kind.values()) {
            var fit =
                    this.rules.stream()
                            .filter(rule -> rule.logsource().kinds().contains(kind))
                            .toList();
            if (!fit.isEmpty()) {
                var prefilter =
                        new Prefilter(
                                kind,
                                fit,
                                facts,
                                (rule, event) -> sight.relevant(fit.get(rule), event));
                var numbers = fit.stream().mapToInt(this.rules::indexOf).toArray();
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
        sight.saw(kind);
        var lane = lanes.get(kind);
        if (lane == null) {
            return;
        }
        // The last event of a segment comes with codes of dictionaries that are already forgotten.
        if (!scanned.verbatim() && scanned.current() && Lens.identity(kind, source.wrapping())) {
            var verdict = lane.prefilter.judge(scanned, source);
            if (verdict != Prefilter.Verdict.NOTHING) {
                look(verdict, lane, record, scanned, source, position);
            }
        } else {
            var view = view(record, source);
            look(lane.prefilter.open(view), lane, record, null, source, position);
        }
    }

    private static JsonView view(Received record, Source source) {
        return new JsonView(source, record.view, record.viewOffset, record.viewLength);
    }

    private void look(
            Prefilter.Verdict verdict,
            Lane lane,
            Received record,
            @Nullable Scanned scanned,
            Source source,
            long position) {
        var view = new RuleView(view(record, source), facts);
        int before = hits.count();
        for (int rule : verdict.sure()) {
            hit(lane.numbers[rule], view, record, scanned, position);
        }
        var open = verdict.open();
        var settled = scanned == null ? null : lane.prefilter.settle(verdict, scanned);
        for (int i = 0; i < open.length; i++) {
            int known = settled == null ? Truth.UNKNOWN : settled[i];
            if (known == Truth.TRUE
                    || known == Truth.UNKNOWN && lane.rules.get(open[i]).condition().holds(view)) {
                hit(lane.numbers[open[i]], view, record, scanned, position);
            }
        }
        if (hits.count() > before) {
            pass(view.view(), record, position);
        }
    }

    /** A record that ends its request is judged while it is at hand. */
    private void pass(JsonView view, Received record, long position) {
        var event = AuditEvent.of(view.tree());
        if (Join.ends(event.stage())) {
            var source = view.source();
            var ref =
                    new EventRef(
                            source.id(),
                            record.line,
                            record.item,
                            position,
                            event.auditID(),
                            event.stage());
            int hash = Join.hash(record.view, record.viewOffset, record.viewLength);
            join.pass(source, view, event, ref, hash, record.viewLength);
        }
    }

    private void hit(
            int rule, RuleView view, Received record, @Nullable Scanned scanned, long position) {
        var source = view.view().source();
        boolean audit = source.kind() == Kind.KUBERNETES_AUDIT;
        var auditId = audit ? auditId(view, scanned) : "";
        if (!auditId.isEmpty()) {
            hits.add(rule, position, auditId);
            return;
        }
        var ref = new EventRef(source.id(), record.line, record.item, position, null, null);
        if (audit) {
            var event = AuditEvent.of(view.view().tree());
            var request = new AuditRequest(source, event, List.of(ref));
            findings.add(rules.get(rule), view, event, event.time(), ref).attach(request, ref);
            return;
        }
        var time =
                Times.of(
                        source.kind(),
                        source.wrapping(),
                        record.view,
                        record.viewOffset,
                        record.viewLength);
        findings.add(rules.get(rule), view, null, time, ref);
    }

    private static String auditId(RuleView view, @Nullable Scanned scanned) {
        int place = scanned == null ? -1 : scanned.find("auditID");
        if (scanned != null && place >= 0 && scanned.column(place).type() == Column.Type.STRING) {
            int from = scanned.from(place);
            int to = scanned.to(place);
            boolean plain = true;
            for (int i = from; i < to; i++) {
                plain &= scanned.bytes()[i] != '\\';
            }
            if (plain) {
                return new String(scanned.bytes(), from, to - from, StandardCharsets.UTF_8);
            }
        }
        var value = view.view().tree().path("auditID");
        return value.isString() ? value.asString() : "";
    }

    /**
     * Judges what was hit. To be called once, when every record has been taken.
     *
     * @param search holds the records at the positions they were taken with
     */
    public Detection finish(EventSearch search) {
        var batch = new HashSet<String>();
        for (var auditId : hits.auditIds()) {
            batch.add(auditId);
            if (batch.size() == BATCH) {
                join.requests(search, batch);
                batch.clear();
            }
        }
        if (!batch.isEmpty()) {
            join.requests(search, batch);
        }
        join.close();
        return new Detection(findings.sorted(), sight.readiness(rules), join.gaps());
    }

    /** The rules were asked about this very record when it was taken. */
    private List<Findings.Draft> judge(JsonView view, AuditEvent last, EventRef record) {
        var held = hits.rulesAt(record.position());
        if (held.length == 0) {
            return List.of();
        }
        var asked = new RuleView(view, facts);
        var drafts = new ArrayList<Findings.Draft>(held.length);
        for (int rule : held) {
            drafts.add(findings.add(rules.get(rule), asked, last, last.time(), record));
        }
        return drafts;
    }
}
