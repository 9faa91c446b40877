/**
 * What is unusual here: differences between what an identity does and what it did while learning.
 *
 * <p>In: audit events as they pass, with the codes of their values. Out: findings, each with the
 * figures it rests on in plain words. Learning takes the first part of what is read (a day, or all
 * before {@code --since}); nothing is said before it is over, and nothing about an identity that
 * was hardly seen. The same events in the same order give the same findings.
 *
 * <p>Which differences are looked for stands in {@code rules/baselines.yml}, beside the Sigma rules
 * that cannot say such things:
 *
 * <pre>
 * - id: BAS-01
 *   title: New client for an identity
 *   watches: client        # client, network, act, place, rate or identity
 *   level: low
 *   techniques: [T1078]
 *   why: "{user} called with {value} for the first time ..."
 *   falsepositives: [...]
 *   response: ...
 * </pre>
 *
 * <p>{@code client}: the program of the user agent, without its version. {@code network}: the /24
 * or /64 of the last address. {@code act}: verb and resource, of those resources that give or show
 * rights. {@code place}: such an act in another namespace. {@code rate}: requests in an hour, far
 * above the median of the identity's own hours. {@code identity}: a person that was never seen. The
 * controllers of the cluster itself are left out; an identity with very many values of a kind roams
 * and is never new in it. A finding is one identity, difference and hour, with its count.
 *
 * <p>Costs a few look-ups of numbers per event; strings are only made for a combination that was
 * not met before. Memory is bounded by the limits in {@link dev.spoor.detect.baseline.Baselines}.
 */
@org.jspecify.annotations.NullMarked
package dev.spoor.detect.baseline;
