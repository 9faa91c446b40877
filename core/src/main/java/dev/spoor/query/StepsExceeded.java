package dev.spoor.query;

/** A matcher that may backtrack was stopped: there is no verdict, neither yes nor no. */
public final class StepsExceeded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StepsExceeded(String pattern) {
        super(
                "gave up after "
                        + Stepped.STEPS_MAX
                        + " steps on one value: regular expression "
                        + (pattern.length() > 80 ? pattern.substring(0, 80) + "…" : pattern),
                null,
                false,
                false);
    }
}
