package dev.spoor.detect.sigma;

import dev.spoor.event.Level;
import dev.spoor.query.Predicate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Sigma rule, ready to be asked. Rules of ours carry a top-level map {@code spoor} that says how
 * a finding is told.
 *
 * @param id ours ({@code EXE-01}), else the Sigma id, else its {@code name}, else the file's name
 *     without its ending
 * @param names by which correlations and filters may refer to it: the Sigma id, its {@code name}
 * @param author null for rules of ours
 * @param link where the rule or its reason is published; null for rules of ours
 * @param techniques ATT&amp;CK and Microsoft ids, best first
 * @param condition what an event must fulfil; a field that is missing fulfils no test but null
 * @param items the named detection items, in their order
 * @param why sentence with {@code {placeholders}}; null = the title
 * @param levels the first whose condition holds decides; none = {@code level}
 * @param needs top-level audit fields without which the rule is blind ({@code requestObject},
 *     {@code responseObject})
 */
public record Rule(
        String id,
        Set<String> names,
        String title,
        @Nullable String author,
        @Nullable String link,
        Level level,
        List<String> techniques,
        Logsource logsource,
        Predicate condition,
        Map<String, Predicate> items,
        @Nullable String why,
        List<Grade> levels,
        Grouping group,
        Set<String> needs) {
    /** What makes several events one finding. */
    public enum Grouping {
        /** Every request is a finding. */
        NONE,
        /** All requests of an actor within an hour: the rule names an actor, not an act. */
        ACTOR_HOUR,
        /** The same act (actor, verb, object, answer) repeated within an hour. */
        ACT_HOUR
    }

    /**
     * A level for some of the rule's events.
     *
     * @param why null = the rule's
     */
    public record Grade(Predicate when, Level level, @Nullable String why) {}

    public Rule {
        names = Set.copyOf(names);
        techniques = List.copyOf(techniques);
        items = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(items));
        levels = List.copyOf(levels);
        needs = Set.copyOf(needs);
    }

    /** The same rule with another address. */
    Rule linked(String link) {
        return with(link, condition);
    }

    /** The same rule, which holds only where the filter does, too. */
    Rule filtered(Predicate filter) {
        return with(link, new Predicate.All(List.of(condition, filter)));
    }

    private Rule with(@Nullable String link, Predicate condition) {
        return new Rule(
                id,
                names,
                title,
                author,
                link,
                level,
                techniques,
                logsource,
                condition,
                items,
                why,
                levels,
                group,
                needs);
    }

    /** Of its id alone: rules are asked for with every match, and their conditions run deep. */
    @Override
    public int hashCode() {
        return id.hashCode();
    }

    /** Whether it carries our map {@code spoor} (it is told by our words). */
    public boolean ours() {
        return !foreign() && why != null;
    }

    /** Written by others: its author and link are kept with every finding. */
    public boolean foreign() {
        return author != null || link != null;
    }
}
