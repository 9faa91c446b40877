/**
 * Sigma 2 rules (SigmaHQ/sigma-specification, version 2.1.0) read into {@link
 * dev.spoor.query.Predicate}s, with their correlations and filters ({@code docs/sigma.md}).
 *
 * <p>In: YAML files of unknown origin. Out: {@link dev.spoor.detect.sigma.Rule}s, or the line, the
 * column and the reason why a file is none. Never runs a rule, never guesses: what is not
 * understood is refused.
 */
@org.jspecify.annotations.NullMarked
package dev.spoor.detect.sigma;
