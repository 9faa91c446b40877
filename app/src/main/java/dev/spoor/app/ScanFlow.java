package dev.spoor.app;

import dev.spoor.detect.Alerts;
import dev.spoor.detect.Detector;
import dev.spoor.detect.Exceptions;
import dev.spoor.detect.Stages;
import dev.spoor.detect.baseline.Baselines;
import dev.spoor.detect.baseline.Watch;
import dev.spoor.detect.facts.Facts;
import dev.spoor.detect.sigma.RuleSet;
import dev.spoor.event.AuditColumns;
import dev.spoor.event.Gap;
import dev.spoor.event.Times;
import dev.spoor.incident.Incidents;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Span;
import dev.spoor.report.ScanResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The composition root of a scan: records into the ledger and past the rules, findings to
 * incidents. The ledger is sealed before anything is judged, so that what is judged is what was
 * kept.
 */
final class ScanFlow implements AutoCloseable {
    /**
     * What to judge and how.
     *
     * @param watches what baselines tell; none = nothing is learned
     * @param since inclusive, {@code until} exclusive; null = open
     */
    record Plan(
            Evidence.Place place,
            RuleSet rules,
            List<Watch> watches,
            @Nullable Instant since,
            @Nullable Instant until,
            Exceptions exceptions,
            Duration learning) {}

    private final Evidence evidence;
    private final ScanResult result;

    private ScanFlow(Evidence evidence, ScanResult result) {
        this.evidence = evidence;
        this.result = result;
    }

    /** Runs the whole flow; what it read stays open until this is closed. */
    static ScanFlow run(Plan plan, Surroundings surroundings) {
        var reading = new AuditColumns();
        var detector = new Detector(plan.rules(), new Facts(), reading);
        var baselines = new Baselines(plan.watches(), plan.learning(), plan.since());
        var judging = within(plan, detector::take);
        var evidence =
                Evidence.read(
                        plan.place(),
                        surroundings,
                        (record, scanned, source, position) -> {
                            baselines.take(record, scanned, source, position);
                            judging.take(record, scanned, source, position);
                        },
                        plan.watches().isEmpty() ? Evidence.Follower.NONE : baselines::learn);
        try {
            var events = Part.within(evidence.events(), plan.since(), plan.until());
            boolean repeated = evidence.tally().repeated();
            var unusual = Stages.whole(baselines.findings(), events, repeated);
            var detection = detector.finish(events, repeated).with(unusual);
            var gaps = new ArrayList<>(evidence.tally().gaps());
            gaps.addAll(detection.gaps());
            for (var what : events.unread()) {
                gaps.add(new Gap("unreadable", "ledger", null, what, 0));
            }
            var applied = plan.exceptions().apply(baselines.weighed(detection.findings()));
            var findings = Alerts.folded(applied.kept());
            var told = Incidents.tell(findings, events, gaps, detection.readiness());
            var result =
                    new ScanResult(
                            SpoorCommand.VERSION,
                            evidence.tally().input(gaps),
                            findings,
                            told.incidents(),
                            detection.readiness(),
                            applied.uses(),
                            Checkpoints.evidence(evidence.note(), evidence.kept()));
            return new ScanFlow(evidence, result);
        } catch (RuntimeException e) {
            evidence.close();
            throw e;
        }
    }

    /** Findings rest on events of the asked span only. */
    private static Evidence.Follower within(Plan plan, Evidence.Follower follower) {
        var span = Span.of(plan.since(), plan.until());
        if (!span.timed()) {
            return follower;
        }
        return (record, scanned, source, position) -> {
            if (span.holds(Times.of(source, record))) {
                follower.take(record, scanned, source, position);
            }
        };
    }

    ScanResult result() {
        return result;
    }

    /** Says what of the evidence could not be read; the exit code for that. */
    int told() {
        return evidence.told();
    }

    /** The received events, until this is closed. */
    EventSearch events() {
        return evidence.events();
    }

    @Override
    public void close() {
        evidence.close();
    }
}
