package dev.spoor.detect;

import dev.spoor.event.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the number of alerts what a person reads: of findings at level medium that say the same of
 * one client and one kind of thing - twelve volumes deleted by one hand - the first stays and tells
 * how many follow; the others stay findings, at level low, and name it. Nothing is left out, and
 * what is high or critical is always said again.
 *
 * <p>The same: one rule, client (user, the name it took, address, program), verb, kind of object
 * and result; of what is no audit record one rule, title and pod or node. A pause longer than
 * {@link #PAUSE_MAX} or {@link #WITHIN_MAX} after the first begin anew: so they are always acts of
 * one session.
 */
public final class Alerts {
    /** After a longer pause it is told again: as long as one session may pause. */
    public static final Duration PAUSE_MAX = Duration.ofHours(6);

    /** After so long it is told again. */
    public static final Duration WITHIN_MAX = Duration.ofDays(1);

    private Alerts() {}

    private record Same(String rule, String cluster, List<Object> what) {}

    private static final class Run {
        final int first;
        final Instant start;
        Instant last;
        int more;

        Run(int first, Instant start) {
            this.first = first;
            this.start = start;
            this.last = start;
        }
    }

    /**
     * The findings with repeated alerts lowered.
     *
     * @param findings in order of time, those first that name one
     */
    public static List<Finding> folded(List<Finding> findings) {
        var open = new HashMap<Same, Run>();
        var runs = new ArrayList<Run>();
        var folded = new ArrayList<Finding>(findings);
        for (int i = 0; i < findings.size(); i++) {
            var finding = findings.get(i);
            var time = finding.time();
            if (finding.level() != Level.MEDIUM || time == null) {
                continue;
            }
            var same = same(finding);
            var run = open.get(same);
            if (run == null || !within(run, time)) {
                run = new Run(i, time);
                runs.add(run);
                open.put(same, run);
                continue;
            }
            run.last = time;
            run.more++;
            var head = findings.get(run.first);
            folded.set(
                    i,
                    finding.lowered(
                            Level.LOW, "; told with " + head.id() + ", the first of its kind"));
        }
        for (var run : runs) {
            if (run.more > 0) {
                var head = findings.get(run.first);
                var more = run.more + " more like it until " + run.last;
                folded.set(run.first, head.lowered(Level.MEDIUM, "; " + more));
            }
        }
        return folded;
    }

    private static boolean within(Run run, Instant time) {
        return !time.isAfter(run.last.plus(PAUSE_MAX)) && !time.isAfter(run.start.plus(WITHIN_MAX));
    }

    private static Same same(Finding finding) {
        var request = finding.request();
        if (request == null) {
            var whose = finding.entities().isEmpty() ? "" : finding.entities().getFirst();
            return new Same(finding.rule(), "", List.of(finding.title(), whose));
        }
        var event = request.last();
        return new Same(
                finding.rule(),
                Optional.<@Nullable String>ofNullable(request.source().cluster()).orElse(""),
                List.of(
                        event.user(),
                        event.impersonatedUser(),
                        event.address(),
                        event.userAgent(),
                        event.verb(),
                        event.what(),
                        event.code()));
    }
}
