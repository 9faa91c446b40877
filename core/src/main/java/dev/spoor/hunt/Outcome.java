package dev.spoor.hunt;

/**
 * How a hunt ended.
 *
 * @param matched events that passed the filter, as far as it went
 * @param given rows or events given to the answer
 * @param limited whether it ended at {@link HuntLimits#rowsMax} though more might have come
 */
public record Outcome(long matched, long given, boolean limited) {}
