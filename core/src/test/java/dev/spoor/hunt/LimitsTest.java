package dev.spoor.hunt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.fault.Overloaded;
import dev.spoor.fault.Rejected;
import dev.spoor.query.InMemoryEvents;
import dev.spoor.query.Span;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * No question takes more memory or time than it may, and none gives a part of its answer for all.
 */
class LimitsTest {
    private static final List<String> QUESTIONS =
            List.of(
                    "*",
                    "verb:get",
                    "* | stats count() by verb, user.username",
                    "* | stats count(), dc(auditID), values(verb), p99(responseStatus.code) by user.username",
                    "* | stats dc(auditID) as n",
                    "* | stats p50(_took_ms), sum(_bytes) by verb",
                    "* | stats first(_time), last(_time) by userAgent",
                    "* | top 5 requestURI",
                    "* | rare 5 auditID by verb",
                    "* | timechart 1s count() by user.username",
                    "* | sort requestURI",
                    "* | sort -_time | head 7",
                    "* | sort requestURI | head 1000",
                    "* | tail 500",
                    "* | head 20 | sort -_line",
                    "* | dedup auditID",
                    "* | dedup verb, user.username | fields verb, user.username",
                    "* | patterns requestURI",
                    "* | diff 20 user.username, userAgent against (verb:get)",
                    "* | sequence by user.username within 1h [verb:get] -> [verb:list]",
                    "* | extract userAgent /^(?<program>[^ ]+)/ | stats count() by program",
                    "* | fields _line, verb | sort -verb | tail 10");

    private static InMemoryEvents events = new InMemoryEvents();

    @BeforeAll
    static void read() throws IOException {
        events = Recordings.of("benign");
    }

    @Test
    void anAnswerIsWholeOrRefusedWhateverTheMemory() {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < 60; round++) {
            var question = QUESTIONS.get(round % QUESTIONS.size());
            long bytes = 1L << 8 + random.nextInt(16);
            int groups = 1 << random.nextInt(12);
            var limits = new HuntLimits(Long.MAX_VALUE, groups, bytes, () -> false, Progress.NONE);
            try {
                assertThat(answer(question, limits))
                        .as("%s in %d bytes, %d groups (-Dseed=%d)", question, bytes, groups, seed)
                        .isEqualTo(answer(question, HuntLimits.USUAL));
            } catch (Rejected e) {
                refused++;
                assertThat(e).as(question).hasMessageContaining("more than");
                assertThat(e).as(question).hasMessageContaining("expected:");
            }
        }
        assertThat(refused).as("-Dseed=%d", seed).isBetween(5, 59);
    }

    @Test
    void aQuestionWhoseTimeIsOverGivesNothingMore() {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        for (int round = 0; round < 2 * QUESTIONS.size(); round++) {
            var question = QUESTIONS.get(round % QUESTIONS.size());
            long looks = random.nextInt(40);
            var asked = new AtomicLong();
            var limits = HuntLimits.USUAL.until(() -> asked.incrementAndGet() > looks);
            try {
                assertThat(answer(question, limits))
                        .as("%s, %d looks (-Dseed=%d)", question, looks, seed)
                        .isEqualTo(answer(question, HuntLimits.USUAL));
                assertThat(asked.get()).as(question).isLessThanOrEqualTo(looks);
            } catch (Overloaded e) {
                assertThat(asked.get()).as("%s: asked no more", question).isEqualTo(looks + 1);
            }
        }
    }

    @Test
    void aCancelledQuestionEndsAtItsNextLook() {
        for (var question : QUESTIONS) {
            var asked = new AtomicLong();
            var limits =
                    HuntLimits.USUAL.until(() -> {
                        if (asked.incrementAndGet() == 2) {
                            Thread.currentThread().interrupt();
                        }
                        return false;
                    });
            try {
                answer(question, limits);
                assertThat(asked.get()).as(question).isLessThanOrEqualTo(2);
            } catch (Overloaded e) {
                assertThat(e).hasMessageContaining("cancelled");
                assertThat(asked.get()).as(question).isEqualTo(2);
            } finally {
                assertThat(Thread.interrupted() || asked.get() < 2).as(question).isTrue();
            }
        }
    }

    @Test
    void puttingManyRowsInOrderIsCancelledToo() {
        var asked = new AtomicLong();
        var counting = HuntLimits.USUAL.until(() -> asked.incrementAndGet() < 0);
        answer("* | fields _line, auditID | where _line > 0 | head 5000", counting);
        long without = asked.get();
        asked.set(0);
        answer("* | fields _line, auditID | where _line > 0 | head 5000 | sort auditID", counting);
        assertThat(asked.get()).as("looks while sorting").isGreaterThan(without + 100);
    }

    @Test
    void aQuestionOnItsWayTellsItsAnswerSoFarAndGoesOn() {
        var seen = new ArrayList<Long>();
        Progress progress =
                asked -> {
                    var few = new KeptAnswer();
                    asked.soFar(2, few);
                    assertThat(few.rows()).hasSizeLessThanOrEqualTo(2);
                    seen.add(asked.matched());
                };
        for (var question : QUESTIONS) {
            seen.clear();
            assertThat(answer(question, HuntLimits.USUAL.telling(progress)))
                    .as(question)
                    .isEqualTo(answer(question, HuntLimits.USUAL));
            assertThat(seen).as(question).isSorted();
        }
    }

    @Test
    void theAnswerSoFarIsThatOfTheEventsSoFar() {
        var told = new ArrayList<String>();
        Progress progress =
                asked -> {
                    var few = new KeptAnswer();
                    asked.soFar(1, few);
                    told.add(asked.matched() + " " + few.rows());
                };
        answer("* | stats count() | where count > 0", HuntLimits.USUAL.telling(progress));
        assertThat(told).anyMatch(line -> line.equals("100 [[100]]"));
    }

    @Test
    void whatWouldNeedTooMuchMemoryIsNamedWithWhatToDo() {
        var small = new HuntLimits(Long.MAX_VALUE, 3, 1000, () -> false, Progress.NONE);
        assertThatThrownBy(() -> answer("* | sort requestURI", small))
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("sort would keep more than")
                .hasMessageContaining("head before it");
        assertThatThrownBy(() -> answer("* | dedup auditID", small))
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("dedup");
    }

    private static List<List<JsonNode>> answer(String question, HuntLimits limits) {
        var answer = new KeptAnswer();
        Hunts.run(Query.parse(question), events, Span.ALL, limits, answer);
        var all = new ArrayList<>(answer.rows());
        answer.events().forEach(event -> all.add(List.of(Cells.number(event.position()))));
        return all;
    }
}
