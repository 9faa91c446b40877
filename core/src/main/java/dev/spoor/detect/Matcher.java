package dev.spoor.detect;

import dev.spoor.detect.sigma.Rule;
import dev.spoor.event.Carried;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Lens;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Source;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Says which rules hold for one event, and nothing more: the way of the {@link Detector} without
 * requests, findings and memory of what was. For one thread.
 */
public final class Matcher {
    /** After so many events the values seen so far are forgotten, so that new ones find room. */
    private static final int SEGMENT_EVENTS = 1 << 17;

    /** The rules asked about one kind of event, each with its number among all. */
    private record Lane(List<Rule> rules, int[] numbers, Prefilter prefilter) {}

    private final List<Rule> rules;
    private final boolean everyLog;
    private final FactSource facts;
    private final Map<Kind, Lane> lanes = new EnumMap<>(Kind.class);
    private final Undecided<Rule> undecided = new Undecided<>();
    private final ShapeScanner scanner = new ShapeScanner();
    private final Scanned scanned = new Scanned();

    /** Shapes whose columns were looked through for ones that nobody asks about. */
    private final BitSet closed = new BitSet();

    private int events;

    /**
     * @param everyLog ask every rule about every event, whatever log it is for
     */
    public Matcher(List<Rule> rules, boolean everyLog, FactSource facts) {
        this.rules = List.copyOf(rules);
        this.everyLog = everyLog;
        this.facts = facts;
    }

    private Lane lane(Kind kind) {
        var fit = new ArrayList<Rule>();
        var numbers = new ArrayList<Integer>();
        for (int i = 0; i < rules.size(); i++) {
            if (everyLog || rules.get(i).logsource().kinds().contains(kind)) {
                fit.add(rules.get(i));
                numbers.add(i);
            }
        }
        return new Lane(
                fit,
                numbers.stream().mapToInt(Integer::intValue).toArray(),
                new Prefilter(kind, fit, facts, (_, _) -> true));
    }

    /** The numbers of the rules that hold for the record, rising. */
    public BitSet match(Received record, Source source) {
        if (++events % SEGMENT_EVENTS == 0) {
            scanner.newGeneration();
            closed.clear();
        }
        var held = new BitSet();
        var carried = everyLog ? null : Carried.in(source, record);
        if (carried != null) {
            var lane = lanes.computeIfAbsent(carried.source().kind(), this::lane);
            var view = new RuleView(carried, facts);
            hold(lane.prefilter.decide(lane.prefilter.open(carried), view), lane, view, held);
        }
        var kind = source.kind();
        var lane = lanes.computeIfAbsent(kind, this::lane);
        if (lane.rules.isEmpty()) {
            return held;
        }
        scanner.scan(kind, record.view, record.viewOffset, record.viewLength, scanned);
        Prefilter.Verdict verdict;
        if (!scanned.verbatim() && Lens.identity(kind, source.wrapping())) {
            int shape = scanned.shape().id();
            if (!closed.get(shape)) {
                closed.set(shape);
                lane.prefilter.closeUnasked(scanned);
            }
            verdict = lane.prefilter.settle(lane.prefilter.judge(scanned, source), scanned);
        } else {
            verdict = lane.prefilter.open(new JsonView(source, record));
        }
        if (!verdict.open().isEmpty()) {
            var view = new RuleView(new JsonView(source, record), facts);
            hold(lane.prefilter.decide(verdict, view), lane, view, held);
            return held;
        }
        for (int rule : verdict.sure()) {
            held.set(lane.numbers[rule]);
        }
        return held;
    }

    private void hold(Prefilter.Verdict decided, Lane lane, RuleView view, BitSet held) {
        for (var open : decided.open()) {
            var rule = lane.rules.get(open.rule());
            if (undecided.holds(rule, rule.condition(), view)) {
                held.set(lane.numbers[open.rule()]);
            }
        }
        for (int rule : decided.sure()) {
            held.set(lane.numbers[rule]);
        }
    }

    /** Rules that came to no verdict because a regular expression gave up, and how often. */
    public Map<Rule, Long> undecided() {
        return undecided.counted();
    }
}
