package dev.spoor.app;

import dev.spoor.hunt.KeptAnswer;
import dev.spoor.intake.file.Progress;
import dev.spoor.report.Visible;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * How far a long read is: rate, share and time left, rewritten in place on standard error. Says
 * nothing at all when standard error is no terminal.
 */
final class ProgressLine implements Progress, AutoCloseable {
    /** At most five lines a second, and none in the first fifth. */
    private static final long EVERY_NANOS = 200_000_000L;

    private static final double RATE_AFTER_SECONDS = 3;

    private static final String ERASE = "\r\u001b[K";

    private final Surroundings surroundings;
    private final long started = System.nanoTime();
    private long next = started + EVERY_NANOS;
    private boolean shown;

    ProgressLine(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public void reached(String path, long bytesRead, long bytesTotal, long events) {
        if (!surroundings.errIsTerminal()) {
            return;
        }
        long now = System.nanoTime();
        if (now < next) {
            return;
        }
        next = now + EVERY_NANOS;
        surroundings.err().print(ERASE + line(bytesRead, bytesTotal, (now - started) / 1e9));
        surroundings.err().flush();
        shown = true;
    }

    /** Entries checked, of how many; from several threads. */
    synchronized void checked(long done, long total) {
        long now = System.nanoTime();
        if (!surroundings.errIsTerminal() || now < next) {
            return;
        }
        next = now + EVERY_NANOS;
        surroundings
                .err()
                .print(
                        ERASE
                                + String.format(
                                        Locale.ROOT,
                                        "checking  %,d of %,d entries  %,d a second",
                                        done,
                                        Math.max(done, total),
                                        (long) (done / ((now - started) / 1e9))));
        surroundings.err().flush();
        shown = true;
    }

    /** Blocks that were asked, of how many at most, and the time that is left. */
    void hunted(long done, long total) {
        long now = System.nanoTime();
        if (!surroundings.errIsTerminal() || now < next) {
            return;
        }
        next = now + EVERY_NANOS;
        surroundings.err().print(ERASE + hunted(done, total, (now - started) / 1e9));
        surroundings.err().flush();
        shown = true;
    }

    /** {@code hunting 42 % 527 of 1,253 blocks 6 s left}. */
    static String hunted(long done, long total, double seconds) {
        long all = Math.max(1, Math.max(done, total));
        return String.format(
                Locale.ROOT,
                "hunting  %3d %%  %,d of %,d blocks%s",
                done * 100 / all,
                done,
                all,
                done == 0 || seconds < RATE_AFTER_SECONDS
                        ? ""
                        : "  " + duration((all - done) * seconds / done) + " left");
    }

    /** A question on its way: the part that is done, what matched, and the answer so far. */
    void asked(dev.spoor.hunt.Progress.Asked question) {
        long now = System.nanoTime();
        if (!surroundings.errIsTerminal() || now < next) {
            return;
        }
        var answer = new KeptAnswer();
        question.soFar(SO_FAR_ROWS, answer);
        // What is shown on the way may not cost more than a twentieth of the time
        next = now + Math.max(EVERY_NANOS, 20 * (System.nanoTime() - now));
        var line =
                asked(question.share(), question.matched(), (now - started) / 1e9)
                        + answer.rows().stream()
                                .map(ProgressLine::row)
                                .collect(
                                        Collectors.joining(
                                                ", ",
                                                answer.rows().isEmpty() ? "" : "  so far: ",
                                                ""));
        int room = Math.max(20, surroundings.columns() - 1);
        surroundings
                .err()
                .print(ERASE + (line.length() > room ? line.substring(0, room - 1) + "…" : line));
        surroundings.err().flush();
        shown = true;
    }

    private static final int SO_FAR_ROWS = 5;

    /** {@code searching 42 % 12,345 matched 3 s}. */
    static String asked(double share, long matched, double seconds) {
        return String.format(
                Locale.ROOT,
                "searching%s  %,d matched  %s",
                share < 0 ? "" : String.format(Locale.ROOT, "  %3d %%", (int) (share * 100)),
                matched,
                duration(seconds));
    }

    private static String row(List<JsonNode> cells) {
        return cells.stream()
                .map(cell ->
                        Visible.text(cell.isValueNode() ? cell.asString("-") : cell.toString()))
                .collect(Collectors.joining(" "));
    }

    /** One line: {@code reading 42 % 1.2 GB of 2.9 GB 310 MB/s 6 s left}. */
    static String line(long done, long total, double seconds) {
        double rate = seconds > 0 ? done / seconds : 0;
        if (total < 0) {
            return "reading  %s  %s/s".formatted(size(done), size(rate));
        }
        double share = total == 0 ? 1 : Math.min(1, (double) done / total);
        // The first seconds go to starting up and say nothing about the rest
        var left =
                rate > 0 && seconds >= RATE_AFTER_SECONDS
                        ? "  " + duration(Math.max(0, total - done) / rate) + " left"
                        : "";
        return String.format(
                Locale.ROOT,
                "reading  %3d %%  %s of %s  %s/s%s",
                (int) (share * 100),
                size(done),
                size(total),
                size(rate),
                left);
    }

    private static String size(double bytes) {
        if (bytes < 1e6) {
            return String.format(Locale.ROOT, "%.0f kB", bytes / 1e3);
        }
        return bytes < 1e9
                ? String.format(Locale.ROOT, "%.0f MB", bytes / 1e6)
                : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }

    /** {@code 42 s}, {@code 3 min 20 s}. */
    static String duration(double seconds) {
        long whole = Math.round(seconds);
        return whole < 60 ? whole + " s" : whole / 60 + " min " + whole % 60 + " s";
    }

    /** Takes the line away again. */
    @Override
    public void close() {
        if (shown) {
            surroundings.err().print(ERASE);
            surroundings.err().flush();
            shown = false;
        }
    }
}
