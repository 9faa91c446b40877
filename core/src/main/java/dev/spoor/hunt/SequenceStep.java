package dev.spoor.hunt;

import dev.spoor.event.Source;
import dev.spoor.hunt.Rows.Row;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Finds events one after another. For each key the events stand in order of time, then of the
 * ledger. A match begins at an event of the first present part; each next part is the earliest
 * later event that fits it; a match fails when that lies more than {@code within} after the
 * beginning, or when an event of an absent part stands between. An absent part before the first
 * looks back as far, one after the last looks as far as {@code within} reaches. The next match
 * begins after the last event of this one.
 */
final class SequenceStep implements Step {
    /** An event that fits some part; bit i of {@code fits} = part i. */
    private record Seen(Instant time, long position, Source source, long line, int fits) {
        String place() {
            return source.path() + ":" + line;
        }
    }

    private static final Comparator<Seen> ORDER =
            Comparator.comparing(Seen::time).thenComparingLong(Seen::position);

    private final Stage.Sequence stage;
    private final Held held;
    private final Step next;
    private final List<Stage.Key> keys;
    private final List<String> names;
    private final Groups<List<Seen>> groups;
    private final int first;
    private final int last;

    SequenceStep(Stage.Sequence stage, Held held, Step next) {
        this.stage = stage;
        this.held = held;
        this.next = next;
        this.keys = stage.by().stream().<Stage.Key>map(Stage.Key.OfField::new).toList();
        this.names = stage.after(Columns.EVENTS).names();
        this.groups = new Groups<>("sequence", held, ArrayList::new);
        int present = 0;
        while (stage.parts().get(present).absent()) {
            present++;
        }
        first = present;
        present = stage.parts().size() - 1;
        while (stage.parts().get(present).absent()) {
            present--;
        }
        last = present;
    }

    @Override
    public boolean take(Row row) {
        if (!(row instanceof Rows.OfEvent(var event, _)) || event.time() == null) {
            return true;
        }
        int fits = 0;
        for (int i = 0; i < stage.parts().size(); i++) {
            fits |= stage.parts().get(i).filter().holds(event.fields()) ? 1 << i : 0;
        }
        if (fits != 0 && stage.by().stream().noneMatch(name -> row.values(name).isEmpty())) {
            var seen = new Seen(event.time(), event.position(), event.source(), event.line(), fits);
            groups.each(
                    row,
                    keys,
                    events -> {
                        held.hold(96, "sequence");
                        events.add(seen);
                    });
        }
        return true;
    }

    @Override
    public void finish() {
        for (var group : groups.sorted()) {
            var events = group.gathered();
            events.sort(ORDER);
            if (!matches(group.keys(), events)) {
                break;
            }
        }
        next.finish();
    }

    /** False when nobody wants more. */
    private boolean matches(List<JsonNode> key, List<Seen> events) {
        var following = following(events);
        var before = preceding(events);
        for (int i = 0; i < events.size(); i++) {
            held.tick();
            int end = fits(events, i, first) ? match(events, following, before, i) : -1;
            if (end >= 0) {
                if (!next.take(row(key, events.get(i), events.get(end)))) {
                    return false;
                }
                i = end;
            }
        }
        return true;
    }

    private static boolean fits(List<Seen> events, int i, int part) {
        return (events.get(i).fits() >>> part & 1) != 0;
    }

    /** By part and event: the next later event that fits the part; the number of events = none. */
    private int[][] following(List<Seen> events) {
        var following = new int[stage.parts().size()][events.size()];
        for (int part = 0; part < following.length; part++) {
            int found = events.size();
            for (int i = events.size() - 1; i >= 0; i--) {
                following[part][i] = found;
                found = fits(events, i, part) ? i : found;
            }
        }
        return following;
    }

    /** By part before the first and event: the last earlier event that fits the part, or -1. */
    private int[][] preceding(List<Seen> events) {
        var preceding = new int[first][events.size()];
        for (int part = 0; part < first; part++) {
            int found = -1;
            for (int i = 0; i < events.size(); i++) {
                preceding[part][i] = found;
                found = fits(events, i, part) ? i : found;
            }
        }
        return preceding;
    }

    /** The last event of the match that begins here, or -1. */
    private int match(List<Seen> events, int[][] following, int[][] before, int start) {
        var begin = events.get(start).time();
        var until = begin.plus(stage.within());
        var since = begin.minus(stage.within());
        for (int part = 0; part < first; part++) {
            int earlier = before[part][start];
            if (earlier >= 0 && !events.get(earlier).time().isBefore(since)) {
                return -1;
            }
        }
        int at = start;
        for (int part = first + 1; part <= last; part++) {
            if (stage.parts().get(part).absent()) {
                continue;
            }
            int then = following[part][at];
            if (then == events.size() || events.get(then).time().isAfter(until)) {
                return -1;
            }
            for (int absent = part - 1; stage.parts().get(absent).absent(); absent--) {
                if (following[absent][at] < then) {
                    return -1;
                }
            }
            at = then;
        }
        for (int absent = last + 1; absent < stage.parts().size(); absent++) {
            int then = following[absent][at];
            if (then < events.size() && !events.get(then).time().isAfter(until)) {
                return -1;
            }
        }
        return at;
    }

    private Rows.OfTable row(List<JsonNode> key, Seen begin, Seen end) {
        var cells = new ArrayList<>(key);
        cells.add(Cells.time(begin.time()));
        cells.add(Cells.time(end.time()));
        cells.add(
                Cells.number(
                        BigDecimal.valueOf(
                                Duration.between(begin.time(), end.time()).toMillis(), 3)));
        cells.add(Cells.text(begin.place()));
        cells.add(Cells.text(end.place()));
        return new Rows.OfTable(names, cells);
    }
}
