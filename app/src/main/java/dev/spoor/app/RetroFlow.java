package dev.spoor.app;

import dev.spoor.detect.Indicators;
import dev.spoor.detect.RetroHunt;
import dev.spoor.detect.RetroHunt.Answer;
import dev.spoor.detect.RetroHunt.Question;
import dev.spoor.detect.facts.Facts;
import dev.spoor.detect.sigma.Placeholders;
import dev.spoor.detect.sigma.RuleSets;
import dev.spoor.fault.Rejected;
import dev.spoor.fault.Unavailable;
import dev.spoor.query.Span;
import dev.spoor.report.Visible;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Questions over everything kept: what a hunt will cost, the hunt itself with its progress, and
 * what is remembered of it. A question that has not changed since it was asked is asked of what
 * came since, one that is new or was changed of everything. A hunt that does not come to its end
 * tells nothing and remembers nothing.
 */
final class RetroFlow {
    /** Fewer blocks are read faster than they are measured. */
    private static final int SAMPLED_BLOCKS = 32;

    /** Who asks, and what. */
    enum Way {
        /** A person, what is news since a person asked. */
        NEWS,
        /** A person, everything again. */
        EVERYTHING,
        /** Nobody, what is news since anybody asked. */
        BY_ITSELF
    }

    /** An answer, and from which position on it was looked for. */
    record Told(Answer answer, long from, boolean changed) {}

    /**
     * What was answered.
     *
     * @param next position behind the last entry; the answers are as of there
     */
    record Result(List<Told> told, long next) {}

    private final Surroundings surroundings;
    private final Evidence evidence;
    private final RetroHunt hunt;
    private final Span span;
    private final @Nullable RuleMemory memory;
    private final boolean byItself;

    /** By the position from which they are to be asked. */
    private final TreeMap<Long, List<Question>> parts = new TreeMap<>();

    private final Map<Long, Long> blocks = new TreeMap<>();
    private long next;

    /**
     * @param memory null = everything is asked of everything, and nothing remembered
     * @param way who asks
     */
    RetroFlow(
            Surroundings surroundings,
            Evidence evidence,
            List<Question> questions,
            Span span,
            @Nullable RuleMemory memory,
            Way way) {
        this.surroundings = surroundings;
        this.evidence = evidence;
        this.hunt = new RetroHunt(evidence.events(), new Facts());
        this.span = span;
        this.memory = memory;
        this.byItself = way == Way.BY_ITSELF;
        for (var question : questions) {
            long from =
                    memory == null || way == Way.EVERYTHING
                            ? 0
                            : memory.next(question.id(), question.content(), byItself);
            parts.computeIfAbsent(from, _ -> new ArrayList<>()).add(question);
        }
        parts.forEach((from, some) -> {
            var cost = hunt.estimate(some, within(from));
            blocks.put(from, cost.blocks());
            next = cost.next();
        });
    }

    private Span within(long from) {
        return span.and(Span.from(from));
    }

    private long blocks() {
        return blocks.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * What will be read at most and about how long that takes, told on standard error. The time is
     * measured on some of the evidence, at least one block in each of four places.
     *
     * @param alone nothing else is wanted: a small store is measured, too
     */
    void estimate(boolean alone) {
        surroundings.note(
                String.format(
                        Locale.ROOT,
                        "questions: %,d; blocks to read: at most %,d; entries kept: %,d%s",
                        parts.values().stream().mapToInt(List::size).sum(),
                        blocks(),
                        next,
                        alone || blocks() > SAMPLED_BLOCKS ? time() : ""));
    }

    private String time() {
        long all = blocks();
        long largest = -1;
        for (var part : blocks.entrySet()) {
            if (largest < 0 || part.getValue() > blocks.getOrDefault(largest, 0L)) {
                largest = part.getKey();
            }
        }
        var sample =
                hunt.sample(
                        parts.getOrDefault(largest, List.of()),
                        within(largest),
                        next,
                        System::nanoTime);
        return sample.blocks() == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; time: about %s (measured on %d blocks)",
                        ProgressLine.duration(
                                Math.max(1, Math.ceil(all * (double) sample.perBlock() / 1e9))),
                        sample.blocks());
    }

    /**
     * Asks everything.
     *
     * @param over when to give up
     * @throws Unavailable when it gave up or was cancelled
     */
    Result run(BooleanSupplier over, @Nullable String timeout) {
        var told = new ArrayList<Told>();
        var done = new long[1];
        try (var progress = new ProgressLine(surroundings);
                var cancelled = new Cancelled(() -> surroundings.note("cancelled" + at(done[0])))) {
            for (var part : parts.entrySet()) {
                long from = part.getKey();
                long before = done[0];
                long own = blocks.getOrDefault(from, 0L);
                var answers =
                        hunt.run(
                                part.getValue(),
                                within(from),
                                () -> {
                                    done[0] = before + Math.min(hunt.read(), own);
                                    progress.hunted(done[0], blocks());
                                    if (over.getAsBoolean()) {
                                        throw new Unavailable(
                                                "--timeout " + timeout + " is over" + at(done[0]));
                                    }
                                });
                done[0] = before + own;
                for (var answer : answers) {
                    boolean changed =
                            memory != null
                                    && memory.knows(answer.question().id(), byItself)
                                    && from == 0;
                    told.add(new Told(answer, from, changed));
                }
            }
            cancelled.end();
        }
        return new Result(told, next);
    }

    private String at(long done) {
        return String.format(
                Locale.ROOT,
                " after %,d of %,d blocks: nothing is told, and nothing is remembered",
                done,
                blocks());
    }

    /**
     * Keeps how far each question was asked, once its answer was given; not when evidence could not
     * be read, which would then never be asked.
     */
    void remember(Result result, Collection<Path> files) {
        if (memory == null) {
            return;
        }
        if (!evidence.events().unread().isEmpty()) {
            surroundings.note(Asking.NOT_REMEMBERED);
            return;
        }
        for (var one : result.told()) {
            var question = one.answer().question();
            memory.put(
                    question.id(),
                    new RuleMemory.Asked(question.content(), result.next()),
                    byItself);
        }
        files.forEach(file -> memory.files.add(file.toAbsolutePath().normalize().toString()));
        memory.write(surroundings);
    }

    /**
     * The questions of rule files, of folders of them, and of lists of indicators.
     *
     * @throws Rejected when a file is not there, or a list has what is no indicator
     */
    static List<Question> questions(Collection<Path> files, Surroundings surroundings) {
        var questions = new LinkedHashMap<String, Question>();
        for (var path : files) {
            var name = path.toString();
            if (!Files.exists(path)) {
                throw new Rejected("no such file or folder: " + name);
            }
            if (!Files.isDirectory(path) && !name.endsWith(".yml") && !name.endsWith(".yaml")) {
                var text = RuleSets.text(path);
                Indicators.read(name, text, hash(text))
                        .forEach(one -> questions.put(one.id(), one));
                continue;
            }
            for (var file : RuleSets.files(path)) {
                var set = RuleSets.load(file, Placeholders.NONE);
                set.refused().forEach(one -> surroundings.note("rule left out: " + one));
                var content = hash(RuleSets.text(file));
                set.rules().forEach(rule -> questions.put(rule.id(), Question.of(rule, content)));
                set.correlations()
                        .forEach(one ->
                                surroundings.note(
                                        "sequences are asked by scan, not here: "
                                                + Visible.text(one.title())));
            }
        }
        return List.copyOf(questions.values());
    }

    private static String hash(String text) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Says a last word when the process is ended meanwhile (Ctrl-C, a signal). */
    private static final class Cancelled implements AutoCloseable {
        private final Thread hook;
        private boolean open = true;

        Cancelled(Runnable word) {
            hook = new Thread(word, "cancelled");
            Runtime.getRuntime().addShutdownHook(hook);
        }

        /**
         * From here on it came to its end.
         *
         * @throws Unavailable when the last word is being said: it must stay true
         */
        void end() {
            open = false;
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                throw new Unavailable("cancelled", e);
            }
        }

        @Override
        public void close() {
            if (open) {
                end();
            }
        }
    }
}
