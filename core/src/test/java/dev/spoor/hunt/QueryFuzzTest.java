package dev.spoor.hunt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.spoor.event.Kind;
import dev.spoor.fault.Rejected;
import dev.spoor.query.EventSearch;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is typed is either read or refused with a place, and what is read can be run. */
class QueryFuzzTest {
    private static final int ROUNDS = Integer.getInteger("rounds", 20_000);

    private static final List<String> PIECES =
            List.of(
                    "verb",
                    ":",
                    "get",
                    " and ",
                    " or ",
                    "not ",
                    "(",
                    ")",
                    "|",
                    "\"",
                    "*",
                    "?",
                    "/",
                    "\\",
                    "[",
                    "]",
                    "{",
                    "}",
                    "<",
                    ">=",
                    "!=",
                    "=",
                    "stats ",
                    "count()",
                    "count(",
                    "by ",
                    "bin(5m)",
                    "top ",
                    "sort ",
                    "-",
                    ",",
                    "head ",
                    "10",
                    "tail 3",
                    "where ",
                    "fields ",
                    "rename ",
                    " as ",
                    "timechart ",
                    "5m",
                    "dedup ",
                    "patterns ",
                    "diff ",
                    "against ",
                    "sequence ",
                    "within ",
                    "->",
                    "!",
                    "[verb:get]",
                    "lookup ",
                    "extract ",
                    "(?<n>a)",
                    "(?P<n>.)",
                    "p99(",
                    "first(a)",
                    "field(",
                    "a.b",
                    "10.0.0.0/8",
                    " to ",
                    "2026-01-02T03:04:05Z",
                    "7d",
                    "\u00e9",
                    "\ud83d\ude00",
                    "\ue000",
                    "\u0000",
                    "\n",
                    "'",
                    "a{1000}",
                    "((((",
                    "responseStatus.code",
                    "_time",
                    "source.kind",
                    "c:{ p:true }");

    private static final List<String> WHOLE =
            List.of(
                    "verb:get and objectRef.subresource:exec | stats count() by user.username | sort -count",
                    "c:{ p:true and i:y* } or a >= field(b) | dedup c.i | fields c",
                    "* | sequence by a, b within 10m ![v:x] -> [v:(y or z)] -> ![not w:*] | head 3",
                    "x:/a(b|c)*/i | diff 5 a, b against (not x:1) | where score > 3",
                    "* | extract m /(?<n>[a-z]+)=\"(?P<k>[^\"]*)\"/ | stats p50(n) as q, last(k) by bin(1h)",
                    "f:[400 to 499] and g:{1 to *} | timechart 30s avg(f) by g | rename time as t",
                    "\"some text\" /re/ word* | patterns 3 message | tail 2",
                    "a:10.0.0.0/8 | diff against [2026-01-02T00:00:00Z to 2026-01-03T00:00:00Z]");

    private static final EventSearch EVENTS =
            Recordings.of(
                    Kind.JSON,
                    "{\"verb\":\"get\",\"a\":1,\"b\":[2,{\"c\":null}],\"c\":[{\"p\":true,\"i\":\"y\"}]}",
                    "{\"message\":\"a=\\\"b\\\" 17\",\"f\":450,\"g\":\"7\",\"time\":\"2026-01-02T03:04:05.5Z\"}",
                    "not json");

    @Test
    void whateverIsTypedIsReadOrRefusedWithItsPlace() {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        int read = 0;
        for (int i = 0; i < ROUNDS; i++) {
            read += tried(random.nextBoolean() ? made(random) : changed(random), seed) ? 1 : 0;
        }
        assertThat(read).isGreaterThan(ROUNDS / 50);
    }

    private static boolean tried(String text, long seed) {
        Query query;
        try {
            query = Query.parse(text);
        } catch (Rejected e) {
            assertThat(e.getMessage())
                    .as(text)
                    .matches("(?s)column \\d+: .*|query: \\d+ characters.*|stages: .*");
            return false;
        } catch (RuntimeException | StackOverflowError e) {
            return fail("%s (-Dseed=%d)".formatted(text, seed), e);
        }
        assertThat(Query.parse(query.text())).as("%s (-Dseed=%d)", text, seed).isEqualTo(query);
        try {
            HuntsTest.ask(EVENTS, text);
        } catch (Rejected e) {
            // a limit, or a diff without a beginning
        } catch (RuntimeException e) {
            return fail("%s (-Dseed=%d)".formatted(text, seed), e);
        }
        return true;
    }

    private static String made(Random random) {
        var text = new StringBuilder();
        for (int i = 1 + random.nextInt(14); i > 0; i--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    private static String changed(Random random) {
        var text = new StringBuilder(WHOLE.get(random.nextInt(WHOLE.size())));
        for (int i = random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(3)) {
                case 0 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(4)));
                case 1 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                default -> {
                    int end = Math.min(text.length(), at + random.nextInt(10));
                    text.insert(at, text.substring(at, end));
                }
            }
        }
        return text.toString();
    }
}
