package dev.spoor.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.query.InMemoryEvents;
import dev.spoor.query.Stored;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads bytes and proves that all of them can be given back. */
record Reading(InMemoryEvents sink, byte[] input) {
    static Reading of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    static Reading of(byte[] input) {
        var sink = new InMemoryEvents();
        Intake.read(Feed.of(input), "test", null, sink, bytes -> true);
        return new Reading(sink, input);
    }

    /** In portions, so that every boundary of the window is met. */
    static Reading inPortions(byte[] input, int size) {
        var sink = new InMemoryEvents();
        var whole = Feed.of(input);
        var feed =
                new Feed() {
                    @Override
                    public int read(byte[] into, int offset, int length) {
                        return whole.read(into, offset, Math.min(length, size));
                    }

                    @Override
                    public @Nullable Loss loss() {
                        return null;
                    }

                    @Override
                    public void close() {}
                };
        // recognised by the whole, then cut from a window that grows by portions only
        var format =
                Recognition.of(
                        input,
                        Math.min(input.length, Limits.HEAD_BYTES_MAX),
                        input.length <= Limits.HEAD_BYTES_MAX);
        if (format == null) {
            return of(input);
        }
        int source = sink.open(format.kind(), format.wrapping(), "test", format.cluster());
        var delivery = new Delivery(sink, source, "test");
        Intake.cut(new Window(feed, bytes -> true, 64), format, delivery);
        delivery.finish();
        return new Reading(sink, input);
    }

    List<Stored> events() {
        return sink.events();
    }

    List<String> texts() {
        return sink.events().stream()
                .map(event -> new String(event.view(), StandardCharsets.UTF_8))
                .toList();
    }

    List<String> gaps() {
        return sink.gaps().stream().map(gap -> gap.kind()).toList();
    }

    /** Every byte comes back. */
    Reading exact() {
        if (sink.sources().isEmpty()) {
            assertThat(sink.gaps()).isNotEmpty();
            return this;
        }
        var out = new ByteArrayOutputStream();
        try {
            Original.write(
                    sink.wrappers(), sink.events().stream().map(Stored::original).iterator(), out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(out.toByteArray()).isEqualTo(input);
        return this;
    }

    String kind() {
        return sink.sources().isEmpty() ? "-" : sink.sources().getFirst().kind().id();
    }
}
