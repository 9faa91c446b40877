package dev.spoor.detect;

import dev.spoor.detect.sigma.Rule;
import dev.spoor.event.Level;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Predicate;
import dev.spoor.query.Span;
import dev.spoor.query.Stored;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks rules and indicators of everything that is kept, one by one event and without joining
 * requests or sequences: what an event says about each question, as of the day of the event. Blocks
 * that cannot hold an answer are not read.
 */
public final class RetroHunt {
    /** So many matches of one question are named; all are counted. */
    public static final int NAMED_MAX = 20;

    /**
     * @param id the rule's, or the indicator itself
     * @param content hash (SHA-256, hex) of the text it was read from: another one is another
     *     question
     */
    public record Question(
            String id, String title, Level level, String content, Predicate condition) {
        /** Asks a rule of the logs that it is for. */
        public static Question of(Rule rule, String content) {
            return new Question(
                    rule.id(), rule.title(), rule.level(), content, History.condition(rule));
        }
    }

    /** A record that answers a question. */
    public record Match(long position, String path, long line, @Nullable Instant time) {}

    /**
     * What came of a question.
     *
     * @param undecided events about which a regular expression gave up
     * @param matches the first ones, in ledger order
     */
    public record Answer(
            Question question,
            long events,
            long undecided,
            @Nullable Instant first,
            @Nullable Instant last,
            List<Match> matches) {
        public Answer {
            matches = List.copyOf(matches);
        }
    }

    /**
     * What a hunt will read at most.
     *
     * @param blocks that may hold an answer; 0 where nothing is kept in blocks
     * @param next position behind the last entry
     */
    public record Estimate(long blocks, long next) {}

    /**
     * What some of the evidence took.
     *
     * @param blocks that were read for it; 0 = nothing could be measured
     * @param perBlock nanoseconds
     */
    public record Sample(long blocks, long perBlock) {}

    /** A sample is taken at so many places of the evidence, of so many blocks each at most. */
    private static final int SPOTS = 4;

    private static final int SPOT_BLOCKS = 4;

    /** No place is sampled for longer. */
    private static final long SPOT_NANOS = 500_000_000L;

    /** Ends a sample. */
    private static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Enough() {
            super(null, null, false, false);
        }
    }

    private static final class Counted {
        long events;
        @Nullable Instant first;
        @Nullable Instant last;
        final List<Match> matches = new ArrayList<>();

        void add(Stored event) {
            events++;
            var time = event.time();
            if (time != null) {
                first = first == null || time.isBefore(first) ? time : first;
                last = last == null || time.isAfter(last) ? time : last;
            }
            if (matches.size() < NAMED_MAX) {
                matches.add(new Match(event.position(), event.source().path(), event.line(), time));
            }
        }
    }

    private final EventSearch events;
    private final FactSource facts;

    public RetroHunt(EventSearch events, FactSource facts) {
        this.events = events;
        this.facts = facts;
    }

    /** Reads no block: counts those that could not be passed over. */
    public Estimate estimate(List<Question> questions, Span span) {
        var blocks = new long[1];
        var next = new long[1];
        var any = questions.stream().map(one -> relaxed(one.condition())).toList();
        events.search(
                new Predicate.Any(any),
                span,
                new EventSearch.Visitor() {
                    @Override
                    public boolean wants(Instant from, Instant to) {
                        blocks[0]++;
                        return false;
                    }

                    @Override
                    public boolean take(Stored event) {
                        return false;
                    }
                });
        events.searchBack(
                new Predicate.Everything(),
                Span.ALL,
                event -> {
                    next[0] = event.position() + 1;
                    return false;
                });
        return new Estimate(blocks[0], next[0]);
    }

    /**
     * Asks a few blocks in several places of the evidence, and tells nothing but what it took: a
     * few seconds.
     *
     * @param next position behind the last entry
     * @param nanos a clock that only goes forward
     */
    public Sample sample(List<Question> questions, Span span, long next, LongSupplier nanos) {
        var took = new ArrayList<Long>();
        long blocks = 0;
        for (int spot = 0; spot < SPOTS; spot++) {
            var timed = new Timed(nanos);
            try {
                run(questions, span.and(Span.from(next * spot / SPOTS)), timed::tick);
            } catch (Enough e) {
                // all that was wanted
            }
            timed.end();
            blocks += timed.blocks;
            if (timed.blocks > 0) {
                took.add(timed.took / timed.blocks);
            }
        }
        if (took.isEmpty()) {
            return new Sample(0, 0);
        }
        // The first place pays for what starts up
        var warm = took.subList(took.size() > 1 ? 1 : 0, took.size()).stream().sorted().toList();
        return new Sample(blocks, warm.get(warm.size() / 2));
    }

    /** How many blocks the question at hand has read so far; 0 where nothing is kept in blocks. */
    public long read() {
        var work = events.work();
        return work == null ? 0 : work.blocks() - work.byTime() - work.byValue() - work.unasked();
    }

    /** Measures the blocks of one place: at least one as a whole. */
    private final class Timed {
        private final LongSupplier nanos;
        private final long start;
        private boolean ended;
        long blocks;
        long took;

        Timed(LongSupplier nanos) {
            this.nanos = nanos;
            this.start = nanos.getAsLong();
        }

        void tick() {
            long read = read();
            boolean enough =
                    read > SPOT_BLOCKS || read > 1 && nanos.getAsLong() - start > SPOT_NANOS;
            if (enough) {
                blocks = read - 1; // the last one was only begun
                ended = true;
                throw new Enough();
            }
        }

        void end() {
            took = nanos.getAsLong() - start;
            blocks = ended ? blocks : read();
        }
    }

    /** The same condition without what no block can tell: it holds at least as often. */
    private static Predicate relaxed(Predicate condition) {
        return switch (condition) {
            case Predicate.All(var parts) ->
                    new Predicate.All(parts.stream().map(RetroHunt::relaxed).toList());
            case Predicate.Any(var parts) ->
                    new Predicate.Any(parts.stream().map(RetroHunt::relaxed).toList());
            case Predicate.Not _ -> new Predicate.Everything();
            case Predicate.Field(var field, var _) when derived(field) ->
                    new Predicate.Everything();
            case Predicate.Field _, Predicate.Text _, Predicate.Everything _ -> condition;
        };
    }

    private static boolean derived(String field) {
        return field.startsWith(RuleView.FACT);
    }

    /**
     * Asks everything at once.
     *
     * @param tick called now and then; throws to cancel
     * @return in the order of the questions
     */
    public List<Answer> run(List<Question> questions, Span span, Runnable tick) {
        var counted = new ArrayList<Counted>();
        questions.forEach(_ -> counted.add(new Counted()));
        if (questions.isEmpty()) {
            return List.of();
        }
        var history = new History(facts, questions.stream().map(Question::condition).toList());
        history.search(
                events,
                span,
                new History.Each() {
                    @Override
                    public boolean take(long position, BitSet holding, Supplier<Stored> event) {
                        var stored = event.get();
                        holding.stream().forEach(i -> counted.get(i).add(stored));
                        return true;
                    }

                    @Override
                    public void tick() {
                        tick.run();
                    }
                });
        var open = history.undecided();
        var answers = new ArrayList<Answer>();
        for (int i = 0; i < questions.size(); i++) {
            var one = counted.get(i);
            answers.add(
                    new Answer(
                            questions.get(i),
                            one.events,
                            open.getOrDefault(i, 0L),
                            one.first,
                            one.last,
                            one.matches));
        }
        return answers;
    }
}
