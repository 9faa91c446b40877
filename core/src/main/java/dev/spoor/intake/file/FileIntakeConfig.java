package dev.spoor.intake.file;

import org.jspecify.annotations.Nullable;

/**
 * How files are read.
 *
 * @param cluster the cluster that all sources belong to, given by the user; null = as their
 *     wrappings tell
 */
public record FileIntakeConfig(@Nullable String cluster) {
    public static FileIntakeConfig defaults() {
        return new FileIntakeConfig(null);
    }
}
