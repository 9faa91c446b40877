package dev.spoor.ledger;

import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.Shape;
import dev.spoor.event.Source;
import dev.spoor.event.Times;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** When scanned events happened, in nanoseconds; knows the shapes of one scanner. */
final class EventTimes {
    private int[] timeValues =
            new int[64]; // by shape id: index of the time value + 2; 1 = none, 0 = not looked up

    private boolean[] headed = new boolean[0]; // by shape id: whether its first value is the time
    private boolean[] asked = new boolean[0]; // by shape id

    /** Nanoseconds since 1970, or {@link Stamp#NONE}. */
    long of(Received record, Scanned event, Source source) {
        var path = Segments.timePath(source.kind(), source.wrapping());
        if (!path.isEmpty() && !event.verbatim()) {
            int value = timeValue(event.shape(), path);
            if (value >= 0) {
                long time = Stamp.parse(event.bytes(), event.from(value), event.to(value));
                if (time != Stamp.NONE) {
                    return time;
                }
            }
        } else if (Times.headed(source.kind()) && headed(event.shape())) {
            long time = Stamp.parse(event.bytes(), event.from(0), event.to(0));
            if (time != Stamp.NONE) {
                return time;
            }
        }
        return nanos(Times.of(source, record));
    }

    private boolean headed(Shape shape) {
        int id = shape.id();
        if (id >= headed.length) {
            headed = Arrays.copyOf(headed, Math.max(id + 1, headed.length * 2));
            asked = Arrays.copyOf(asked, headed.length);
        }
        if (!asked[id]) {
            asked[id] = true;
            headed[id] = shape.count() > 0 && Times.head(shape.gap(0));
        }
        return headed[id];
    }

    private int timeValue(Shape shape, String path) {
        if (shape.id() >= timeValues.length) {
            timeValues = Arrays.copyOf(timeValues, Math.max(shape.id() + 1, timeValues.length * 2));
        }
        int known = timeValues[shape.id()];
        if (known == 0) {
            known = 1;
            for (int i = 0; i < shape.count(); i++) {
                if (shape.column(i).path().equals(path)) {
                    known = i + 2;
                }
            }
            timeValues[shape.id()] = known;
        }
        return known - 2;
    }

    static long nanos(@Nullable Instant time) {
        if (time == null || Math.abs(time.getEpochSecond()) > 9_000_000_000L) {
            return Stamp.NONE;
        }
        return time.getEpochSecond() * 1_000_000_000L + time.getNano();
    }

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(
                Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }

    static long micros(Instant now) {
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    }
}
