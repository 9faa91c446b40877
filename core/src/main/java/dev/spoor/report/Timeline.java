package dev.spoor.report;

import dev.spoor.event.EntityRef;
import dev.spoor.event.Level;
import dev.spoor.incident.Incident;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The picture of an incident: a lane for each actor and each object, a mark per act on the lane of
 * who did it, an arrow to what it was done to, time along the bottom and the tactics under it.
 *
 * <p>Level is told by shape and colour. Pauses are drawn shorter than they were, and acts that
 * stand close together are moved apart, in order; the ticks follow, so every mark stands between
 * the right ones.
 */
final class Timeline {
    /** More acts than this are drawn as one mark for several, which tells how many. */
    static final int MARKS_MAX = 40;

    /** More actors and objects than these share the last lane. */
    static final int ACTOR_LANES_MAX = 6;

    static final int OBJECT_LANES_MAX = 10;

    /** Room for the picture: beside its text on a desk, above the lane on a phone. */
    enum Size {
        WIDE(1080, 256, 34, 22),
        NARROW(340, 12, 44, 12);

        private final int width;
        private final int left;
        private final int lane;
        private final int gapMin;

        Size(int width, int left, int lane, int gapMin) {
            this.width = width;
            this.left = left;
            this.lane = lane;
            this.gapMin = gapMin;
        }
    }

    private static final int RIGHT = 18;
    private static final int TOP = 10;
    private static final Duration[] STEPS = {
        Duration.ofMillis(1),
        Duration.ofMillis(10),
        Duration.ofMillis(100),
        Duration.ofMillis(200),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(15),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMinutes(2),
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        Duration.ofMinutes(15),
        Duration.ofMinutes(30),
        Duration.ofHours(1),
        Duration.ofHours(2),
        Duration.ofHours(3),
        Duration.ofHours(6),
        Duration.ofHours(12),
        Duration.ofDays(1),
        Duration.ofDays(2),
        Duration.ofDays(7),
        Duration.ofDays(30),
        Duration.ofDays(365)
    };

    /** One mark: acts of one actor on one object that are drawn together. */
    private record Mark(
            int actor, int object, Level level, String role, Instant time, int acts, String text) {}

    private record Lane(String label, String full) {}

    private final List<Mark> marks = new ArrayList<>();
    private final List<Lane> actors = new ArrayList<>();
    private final List<Lane> objects = new ArrayList<>();
    private final Map<EntityRef, Integer> actorLane = new LinkedHashMap<>();
    private final Map<EntityRef, Integer> objectLane = new LinkedHashMap<>();

    private Timeline(Incident incident) {
        var sentences =
                incident.story().stream().filter(sentence -> sentence.time() != null).toList();
        lanes(sentences);
        int perMark = (sentences.size() + MARKS_MAX - 1) / MARKS_MAX;
        for (int i = 0; i < sentences.size(); i += Math.max(1, perMark)) {
            bucket(sentences.subList(i, Math.min(sentences.size(), i + perMark)));
        }
    }

    /** Null when no sentence of the story has a time. */
    static @Nullable Timeline of(Incident incident) {
        var timeline = new Timeline(incident);
        return timeline.marks.isEmpty() ? null : timeline;
    }

    private void lanes(List<Incident.Sentence> sentences) {
        var distinctActors = sentences.stream().map(Incident.Sentence::actor).distinct().toList();
        for (var actor : distinctActors) {
            lane(actor, actorLane, actors, ACTOR_LANES_MAX, distinctActors.size(), "identity");
        }
        var distinctObjects = new ArrayList<EntityRef>();
        for (var sentence : sentences) {
            var object = sentence.object();
            if (object != null
                    && !actorLane.containsKey(object)
                    && !distinctObjects.contains(object)) {
                distinctObjects.add(object);
            }
        }
        for (var object : distinctObjects) {
            lane(object, objectLane, objects, OBJECT_LANES_MAX, distinctObjects.size(), "object");
        }
        tellApart();
    }

    /** Two things of one name are told apart by their kind. */
    private void tellApart() {
        for (int i = 0; i < objects.size(); i++) {
            for (int k = i + 1; k < objects.size(); k++) {
                if (objects.get(i).label().equals(objects.get(k).label())) {
                    objects.set(i, new Lane(objects.get(i).full(), objects.get(i).full()));
                    objects.set(k, new Lane(objects.get(k).full(), objects.get(k).full()));
                }
            }
        }
    }

    private static void lane(
            EntityRef entity,
            Map<EntityRef, Integer> byEntity,
            List<Lane> lanes,
            int max,
            int all,
            String noun) {
        if (lanes.size() < max - 1 || all <= max) {
            byEntity.put(entity, lanes.size());
            var name = Visible.text(entity.id());
            lanes.add(new Lane(brief(name), Visible.text(entity.kind()) + " " + name));
        } else {
            byEntity.put(entity, max - 1);
            if (lanes.size() == max - 1) {
                var label =
                        Sizes.counted(all - max + 1, "more " + noun)
                                .replace("identitys", "identities");
                lanes.add(new Lane(label, label));
            }
        }
    }

    /** Long prefixes that many names share say less than what stands behind them. */
    private static String brief(String name) {
        var account = "system:serviceaccount:";
        return name.startsWith(account)
                ? "sa " + name.substring(account.length()).replace(':', '/')
                : name;
    }

    private void bucket(List<Incident.Sentence> sentences) {
        var byLanes = new LinkedHashMap<List<Integer>, List<Incident.Sentence>>();
        for (var sentence : sentences) {
            int actor = actorLane.getOrDefault(sentence.actor(), 0);
            var object = sentence.object();
            int target = object == null ? -1 : objectLane.getOrDefault(object, -1);
            byLanes.computeIfAbsent(List.of(actor, target), _ -> new ArrayList<>()).add(sentence);
        }
        byLanes.forEach((lanes, acts) -> {
            var gravest = acts.getFirst();
            for (var act : acts) {
                if (act.level().compareTo(gravest.level()) > 0) {
                    gravest = act;
                }
            }
            var time = gravest.time();
            if (time != null) {
                marks.add(
                        new Mark(
                                lanes.get(0),
                                lanes.get(1),
                                gravest.level(),
                                gravest.role(),
                                time,
                                acts.size(),
                                gravest.text()));
            }
        });
        marks.sort((a, b) -> a.time().compareTo(b.time()));
    }

    /** The picture in words, for those who do not see it. */
    String description() {
        return "%s by %s on %s, from %s to %s UTC. The story below tells each."
                .formatted(
                        Sizes.counted(marks.stream().mapToInt(Mark::acts).sum(), "act"),
                        Sizes.counted(actors.size(), "actor"),
                        Sizes.counted(objects.size(), "object"),
                        Moments.clock(marks.getFirst().time()),
                        Moments.clock(marks.getLast().time()));
    }

    /** Draws the picture; gives whether every tactic stands in it by its whole name. */
    boolean draw(Html html, Size size, String id) {
        var x = places(size);
        int objectsTop = TOP + actors.size() * size.lane + (objects.isEmpty() ? 0 : 14);
        int axis = objectsTop + objects.size() * size.lane + 6;
        int height = axis + 66;
        html.open(
                "svg",
                "class",
                "timeline " + size.name().toLowerCase(Locale.ROOT),
                "viewBox",
                "0 0 " + size.width + " " + height,
                "role",
                "img",
                "aria-labelledby",
                id + "-title " + id + "-desc");
        html.element("title", "Timeline of the incident", "id", id + "-title");
        html.element("desc", description(), "id", id + "-desc");
        drawLanes(html, size, actors, TOP, "actor");
        drawLanes(html, size, objects, objectsTop, "object");
        drawAxis(html, size, x, axis);
        boolean named = drawTactics(html, size, x, axis + 30);
        for (int i = 0; i < marks.size(); i++) {
            drawMark(html, size, marks.get(i), x[i], objectsTop);
        }
        drawLabels(html, size, actors, TOP, "actor");
        drawLabels(html, size, objects, objectsTop, "object");
        html.end();
        return named;
    }

    private static int line(Size size, int top, int lane) {
        return top + lane * size.lane + (size == Size.WIDE ? size.lane / 2 : size.lane - 14);
    }

    /** A line over the whole width of the picture. */
    private static void across(Html html, Size size, int y) {
        html.open(
                        "line",
                        "x1",
                        String.valueOf(size.left),
                        "x2",
                        String.valueOf(size.width - RIGHT + 8),
                        "y1",
                        String.valueOf(y),
                        "y2",
                        String.valueOf(y))
                .close();
    }

    private static void drawLanes(Html html, Size size, List<Lane> lanes, int top, String kind) {
        for (int i = 0; i < lanes.size(); i++) {
            int y = line(size, top, i);
            var lane = lanes.get(i);
            html.open("g", "class", "lane " + kind);
            html.element("title", lane.full());
            across(html, size, y);
            html.end();
        }
    }

    /** Drawn over the arrows, with a rim of the paper around the letters. */
    private static void drawLabels(Html html, Size size, List<Lane> lanes, int top, String kind) {
        int room = size == Size.WIDE ? 31 : 44;
        for (int i = 0; i < lanes.size(); i++) {
            int y = line(size, top, i);
            boolean wide = size == Size.WIDE;
            html.element(
                    "text",
                    shortened(lanes.get(i).label(), room),
                    "class",
                    "label " + kind,
                    "x",
                    wide ? String.valueOf(size.left - 14) : "4",
                    "y",
                    String.valueOf(wide ? y + 4 : y - 13),
                    "text-anchor",
                    wide ? "end" : null);
        }
    }

    /** The middle is left out: names differ at their ends. */
    private static String shortened(String text, int columns) {
        if (Visible.columns(text) <= columns) {
            return text;
        }
        int head = columns / 2;
        int tail = columns - head - 1;
        int from = text.length() - tail;
        if (Character.isLowSurrogate(text.charAt(from))) {
            from++;
        }
        int to = Character.isHighSurrogate(text.charAt(head - 1)) ? head - 1 : head;
        return text.substring(0, to) + "…" + text.substring(from);
    }

    /**
     * Where each mark stands: by its time, the pauses between acts drawn by their square root, then
     * moved apart, first to the right, then back.
     */
    private double[] places(Size size) {
        double left = size.left + 14;
        double right = size.width - RIGHT - 6;
        var along = new double[marks.size()];
        for (int i = 1; i < along.length; i++) {
            var pause = Duration.between(marks.get(i - 1).time(), marks.get(i).time());
            along[i] = along[i - 1] + Math.sqrt(pause.toMillis());
        }
        double whole = Math.max(1, along[along.length - 1]);
        double gap =
                marks.size() < 2 ? 0 : Math.min(size.gapMin, (right - left) / (marks.size() - 1));
        var x = new double[marks.size()];
        for (int i = 0; i < x.length; i++) {
            x[i] = left + along[i] / whole * (right - left);
            if (i > 0) {
                x[i] = Math.max(x[i], x[i - 1] + gap);
            }
        }
        double most = right;
        for (int i = x.length - 1; i >= 0; i--) {
            x[i] = Math.min(x[i], most);
            most = x[i] - gap;
        }
        return x;
    }

    private void drawAxis(Html html, Size size, double[] x, int y) {
        html.open("g", "class", "axis");
        across(html, size, y);
        var first = marks.getFirst().time();
        var last = marks.getLast().time();
        var whole = Duration.between(first, last);
        int most = size == Size.WIDE ? 8 : 4;
        var step = STEPS[STEPS.length - 1];
        for (int i = STEPS.length - 1; i >= 0; i--) {
            if (whole.dividedBy(STEPS[i]) <= most) {
                step = STEPS[i];
            }
        }
        double room = (size == Size.WIDE ? 64 : 56) + (step.toMillis() < 1000 ? 16 : 0);
        double free = size.left - room;
        long grain = step.toMillis();
        long tick =
                Math.floorDiv(first.plusNanos(999_999).toEpochMilli() + grain - 1, grain) * grain;
        int drawn = 0;
        for (; tick <= last.toEpochMilli(); tick += grain) {
            double at = place(Instant.ofEpochMilli(tick), x);
            if (at - free >= room) {
                drawTick(html, at, y, Moments.tick(Instant.ofEpochMilli(tick), step), "middle");
                free = at;
                drawn++;
            }
        }
        if (drawn == 0) {
            drawTick(html, x[0], y, Moments.clock(first), "start");
        }
        html.end();
    }

    private static void drawTick(Html html, double x, int y, String label, String anchor) {
        html.open(
                        "line",
                        "x1",
                        one(x),
                        "x2",
                        one(x),
                        "y1",
                        String.valueOf(y),
                        "y2",
                        String.valueOf(y + 5))
                .close();
        html.element(
                "text", label, "x", one(x), "y", String.valueOf(y + 18), "text-anchor", anchor);
    }

    /** Where a time stands among the marks. */
    private double place(Instant time, double[] x) {
        int i = 0;
        while (i < x.length - 1 && !time.isBefore(marks.get(i + 1).time())) {
            i++;
        }
        if (i == x.length - 1 || time.isBefore(marks.get(0).time())) {
            return x[i];
        }
        double whole =
                Math.max(
                        1,
                        Duration.between(marks.get(i).time(), marks.get(i + 1).time()).toMillis());
        double share = Duration.between(marks.get(i).time(), time).toMillis() / whole;
        return x[i] + share * (x[i + 1] - x[i]);
    }

    /** One strip per run of acts of one tactic; its name where it fits. */
    private boolean drawTactics(Html html, Size size, double[] x, int y) {
        html.open("g", "class", "tactics");
        boolean named = true;
        int from = 0;
        for (int i = 1; i <= x.length; i++) {
            if (i < x.length && marks.get(i).role().equals(marks.get(from).role())) {
                continue;
            }
            double left = from == 0 ? size.left : (x[from - 1] + x[from]) / 2 + 1;
            double right = i == x.length ? size.width - RIGHT + 8 : (x[i - 1] + x[i]) / 2 - 1;
            var gravest = Level.INFORMATIONAL;
            for (int k = from; k < i; k++) {
                gravest =
                        marks.get(k).level().compareTo(gravest) > 0
                                ? marks.get(k).level()
                                : gravest;
            }
            var name = Techniques.tactic(marks.get(from).role());
            html.open("g", "class", "tactic " + gravest.id());
            html.element("title", name);
            html.open(
                            "rect",
                            "x",
                            one(left),
                            "y",
                            String.valueOf(y),
                            "width",
                            one(Math.max(2, right - left)),
                            "height",
                            "26",
                            "rx",
                            "3")
                    .close();
            var label = fits(name, right - left) ? name : Techniques.brief(name);
            if (fits(label, right - left)) {
                html.element(
                        "text",
                        label,
                        "x",
                        one((left + right) / 2),
                        "y",
                        String.valueOf(y + 17),
                        "text-anchor",
                        "middle");
            }
            named &= label.equals(name);
            html.end();
            from = i;
        }
        html.end();
        return named;
    }

    private static boolean fits(String label, double width) {
        return label.length() * 6.6 + 6 <= width;
    }

    private void drawMark(Html html, Size size, Mark mark, double x, int objectsTop) {
        int from = line(size, TOP, mark.actor());
        html.open("g", "class", "act " + mark.level().id());
        html.element(
                "title",
                Moments.clock(mark.time())
                        + " UTC, "
                        + mark.level().id()
                        + ": "
                        + Shown.masked(mark.text()));
        if (mark.object() >= 0) {
            int to = line(size, objectsTop, mark.object());
            html.open(
                            "path",
                            "class",
                            "arrow",
                            "d",
                            "M" + one(x) + " " + (from + 11) + "V" + (to - 9))
                    .close();
            html.open(
                            "path",
                            "class",
                            "head",
                            "d",
                            "M" + one(x - 4.5) + " " + (to - 10) + "h9l-4.5 9z")
                    .close();
        }
        html.open(
                        "use",
                        "href",
                        "#mark-" + mark.level().id(),
                        "x",
                        one(x - 8),
                        "y",
                        String.valueOf(from - 8),
                        "width",
                        "16",
                        "height",
                        "16")
                .close();
        if (mark.acts() > 1) {
            html.element(
                    "text",
                    String.valueOf(mark.acts()),
                    "x",
                    one(x + 8),
                    "y",
                    String.valueOf(from - 6),
                    "class",
                    "count");
        }
        html.end();
    }

    private static String one(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }
}
