package dev.spoor.detect.baseline;

import dev.spoor.detect.Finding;
import dev.spoor.event.AuditRequest;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Level;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What was found unusual, folded: one finding for each difference, identity and hour, with its
 * count; and one more for an identity with several kinds of differences in one hour, which is what
 * sets a thief apart from a person who tries something.
 */
final class Told {
    /** More differences of one kind by one identity in an hour are counted, not listed. */
    static final int EVENTS_MAX = 1_000;

    /** More findings are counted in the last one: memory stays bounded. */
    static final int DRAFTS_MAX = 100_000;

    /** So many new places for a sensitive act in one hour are a sweep. */
    private static final int SWEEP_MIN = 8;

    /** So many kinds of differences in an hour are told together. */
    private static final int TOGETHER_MIN = 3;

    private final Map<Watch.Kind, Watch> watches;
    private final Map<Claim, Draft> drafts = new LinkedHashMap<>();

    /**
     * One difference of somebody at a time.
     *
     * @param level as the watch says, or lower where something explains it
     */
    record Difference(
            Watch watch,
            String subject,
            Level level,
            @Nullable Instant time,
            List<EntityRef> entities,
            EventRef ref) {}

    private record Claim(Watch.Kind kind, String subject, @Nullable Instant hour) {}

    private static final class Draft {
        final Difference difference;
        final String why;
        final @Nullable AuditRequest request;
        Level level;
        final List<EventRef> events = new ArrayList<>();
        int count;

        Draft(Difference difference, Detail detail) {
            this.difference = difference;
            this.why = detail.why();
            this.request = detail.request();
            this.level = difference.level();
        }
    }

    /** What is only made for the first of its kind in an hour. */
    interface Detail {
        String why();

        /** What was judged; null when it was no audit request. */
        @Nullable AuditRequest request();
    }

    Told(Map<Watch.Kind, Watch> watches) {
        this.watches = watches;
    }

    void tell(Difference difference, Detail detail) {
        var time = difference.time();
        var claim =
                new Claim(
                        difference.watch().kind(),
                        difference.subject(),
                        time == null ? null : time.truncatedTo(ChronoUnit.HOURS));
        var draft = drafts.get(claim);
        if (draft == null) {
            if (drafts.size() >= DRAFTS_MAX) {
                return;
            }
            draft = new Draft(difference, detail);
            drafts.put(claim, draft);
        }
        draft.count++;
        if (difference.level().compareTo(draft.level) > 0) {
            draft.level = difference.level();
        }
        if (draft.events.size() < EVENTS_MAX) {
            draft.events.add(difference.ref());
        }
    }

    List<Finding> findings() {
        var findings = new ArrayList<Finding>();
        drafts.forEach((claim, draft) -> {
            var more = draft.count - 1;
            if (claim.kind() == Watch.Kind.PLACE
                    && draft.count >= SWEEP_MIN
                    && draft.level == Level.LOW) {
                draft.level = Level.MEDIUM;
            }
            boolean act =
                    switch (claim.kind()) {
                        case ACT, PLACE, WAY, RARE, IMAGE, DESTINATION, LINE, BURST -> true;
                        case CLIENT, NETWORK, RATE, IDENTITY, TOGETHER -> false;
                    };
            findings.add(
                    finding(
                            draft.difference,
                            draft.request,
                            draft.level,
                            more == 0
                                    ? draft.why
                                    : draft.why + " (and " + more + " more within the hour)",
                            draft.events,
                            act ? Finding.About.ACT : Finding.About.ACTOR));
        });
        var together = watches.get(Watch.Kind.TOGETHER);
        if (together != null) {
            together(together, findings);
        }
        return findings;
    }

    /** Whatever the clock says: differences within an hour of the first of them. */
    private void together(Watch watch, List<Finding> findings) {
        var whose = new LinkedHashMap<String, List<Draft>>();
        drafts.values()
                .forEach(draft -> {
                    var difference = draft.difference;
                    if (difference.time() != null
                            && difference.watch().kind() != Watch.Kind.IDENTITY) {
                        whose.computeIfAbsent(difference.subject(), _ -> new ArrayList<>())
                                .add(draft);
                    }
                });
        whose.forEach((subject, all) -> {
            all.sort(BY_TIME);
            for (int from = 0; from < all.size(); ) {
                int to = within(all, from);
                var kinds = kinds(all.subList(from, to));
                boolean acts = kinds.contains(Watch.Kind.ACT) || kinds.contains(Watch.Kind.PLACE);
                if (kinds.size() >= TOGETHER_MIN && acts) {
                    findings.add(together(watch, subject, all.subList(from, to), kinds));
                    from = to;
                } else {
                    from++;
                }
            }
        });
    }

    private static final Comparator<Draft> BY_TIME =
            Comparator.comparing(
                            (Draft draft) -> draft.difference.time(),
                            Comparator.nullsLast(Comparator.<Instant>naturalOrder()))
                    .thenComparing(draft -> draft.difference.watch().kind());

    /** The first draft of the list that is more than an hour later. */
    private static int within(List<Draft> all, int from) {
        var start = all.get(from).difference.time();
        int to = from + 1;
        while (to < all.size()
                && start != null
                && all.get(to).difference.time() instanceof Instant time
                && time.isBefore(start.plus(1, ChronoUnit.HOURS))) {
            to++;
        }
        return to;
    }

    private static Set<Watch.Kind> kinds(List<Draft> drafts) {
        var kinds = EnumSet.noneOf(Watch.Kind.class);
        drafts.forEach(draft -> kinds.add(draft.difference.watch().kind()));
        return kinds;
    }

    private static Finding together(
            Watch watch, String subject, List<Draft> drafts, Set<Watch.Kind> kinds) {
        var names = new LinkedHashSet<String>();
        kinds.forEach(kind -> names.add(kind.word));
        var events = new TreeSet<EventRef>();
        drafts.forEach(draft -> events.addAll(draft.events));
        var one = drafts.getFirst();
        var first = one.difference;
        var why =
                watch.why()
                        .replace("{user}", Sentence.shown(subject))
                        .replace("{value}", String.join(", ", names))
                        .replace("{count}", Integer.toString(kinds.size()));
        return finding(
                new Difference(
                        watch, subject, watch.level(), first.time(), first.entities(), first.ref()),
                one.request,
                watch.level(),
                why,
                List.copyOf(events),
                Finding.About.SEQUENCE);
    }

    private static Finding finding(
            Difference difference,
            @Nullable AuditRequest request,
            Level level,
            String why,
            List<EventRef> events,
            Finding.About about) {
        var watch = difference.watch();
        return new Finding(
                "",
                watch.id(),
                null,
                null,
                watch.title(),
                level,
                watch.techniques(),
                difference.time(),
                difference.entities(),
                events,
                why,
                request,
                about);
    }
}
