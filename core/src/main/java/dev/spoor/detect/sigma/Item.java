package dev.spoor.detect.sigma;

import dev.spoor.query.Predicate;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A detection item, read.
 *
 * @param unusable why no condition may name it; null when it may
 * @param open placeholders in it that nobody has given values
 */
record Item(Predicate predicate, @Nullable Misfit unusable, Set<String> open) {
    Item {
        open = java.util.Collections.unmodifiableSet(new TreeSet<>(open));
    }
}
