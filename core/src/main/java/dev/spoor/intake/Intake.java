package dev.spoor.intake;

import dev.spoor.event.EventSink;
import dev.spoor.event.Gap;
import org.jspecify.annotations.Nullable;

/** Reads one feed: recognises it, cuts it into events, tells its glue and its gaps. */
public final class Intake {
    private Intake() {}

    /** Hears how far reading has come. */
    public interface Watch {
        /**
         * Called for each chunk read; false stops the reading cleanly.
         *
         * @param bytes uncompressed bytes of this feed so far
         */
        boolean reached(long bytes);
    }

    /**
     * What one feed gave.
     *
     * @param bytes uncompressed bytes read
     * @param events events delivered, of Spoor's own none
     */
    public record Taken(long bytes, long events) {}

    /**
     * Reads a feed to its end.
     *
     * @param path the source's name
     * @param cluster name given by the user; null = as told by the wrapping, if at all
     */
    public static Taken read(
            Feed feed, String path, @Nullable String cluster, EventSink sink, Watch watch) {
        var bytes = new long[1];
        var stopped = new boolean[1];
        var window =
                new Window(
                        feed,
                        size -> {
                            bytes[0] += size;
                            stopped[0] = !watch.reached(bytes[0]);
                            return !stopped[0];
                        });
        window.see(Limits.HEAD_BYTES_MAX);
        int head = Math.min(window.end, Limits.HEAD_BYTES_MAX);
        var format = Recognition.of(window.bytes, head, head == window.end);
        if (format == null) {
            if (window.end > 0 || feed.loss() == null) {
                sink.gap(-1, unrecognised(path, window));
            }
            lost(feed, path, -1, sink);
            return new Taken(bytes[0], 0);
        }
        int source =
                sink.open(
                        format.kind(),
                        format.wrapping(),
                        path,
                        cluster != null ? cluster : format.cluster());
        var delivery = new Delivery(sink, source, path);
        cut(window, format, delivery);
        delivery.finish();
        lost(feed, path, source, sink);
        if (stopped[0]) {
            sink.gap(source, new Gap("cut", path, null, "reading was stopped before the end", 0));
        }
        return new Taken(bytes[0], delivery.events());
    }

    /** Cuts what stands in the window, from its first byte on, and what follows. */
    static void cut(Window window, Format format, Delivery delivery) {
        window.fill(3);
        boolean mark = Recognition.mark(window.bytes, 0, window.end);
        switch (format.framing()) {
            case LINES, PREFIXED_LINES -> {
                if (mark) {
                    delivery.glue.append(window.bytes, 0, 3);
                }
                new Lines(window, format, delivery).run(mark ? 3 : 0);
            }
            case ITEMS -> new Items(window, format, delivery).run(0, 1);
            case WIDE_LINES -> {
                var charset = Recognition.wide(window.bytes, window.end);
                if (charset == null) {
                    throw new IllegalStateException("wide lines without a byte order mark");
                }
                new WideLines(window, delivery, charset).run();
            }
        }
    }

    private static Gap unrecognised(String path, Window window) {
        String detail;
        if (window.end == 0) {
            detail = "the file is empty";
        } else {
            detail = "nothing recognised: " + Magic.name(window.bytes, window.end);
        }
        return new Gap("unreadable", path, null, detail, 0);
    }

    private static void lost(Feed feed, String path, int source, EventSink sink) {
        var loss = feed.loss();
        if (loss != null) {
            sink.gap(source, new Gap(loss.kind(), path, null, loss.detail(), 0));
        }
    }
}
