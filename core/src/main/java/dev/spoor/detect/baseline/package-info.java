/**
 * What is unusual here: differences between what an identity or a workload does and what it did
 * before.
 *
 * <p>In: audit events as they pass, with the codes of their values; alerts of runtime sensors. Out:
 * findings, each with the figures it rests on in plain words. Learning takes the first part of what
 * is read (a day, or all before {@code --since}); nothing is said before it is over, nor about an
 * identity before it was seen for as long itself. With a kept ledger the past is what the ledger
 * holds: it is replayed ahead of what is new, nothing else is stored, so a state rebuilt from the
 * ledger is the state. The same records give the same findings, also when they come shuffled by ten
 * minutes or twice ({@link dev.spoor.detect.baseline.Turns}); lines of text in the same order.
 *
 * <p>Which differences are looked for stands in {@code rules/baselines.yml}, beside the Sigma rules
 * that cannot say such things:
 *
 * <pre>
 * - id: BAS-01
 *   title: New client for an identity
 *   watches: client
 *   level: low
 *   techniques: [T1078]
 *   why: "{user} called with {value} for the first time ..."
 *   falsepositives: [...]
 *   response: ...
 * </pre>
 *
 * <p>Of an identity: {@code client}: the program of the user agent, without its version. {@code
 * network}: the /24 or /64 of the last address. {@code act}: verb and resource, of those resources
 * that give or show rights. {@code place}: such an act in another namespace. {@code way}: such an
 * act with another client or from another network than it was always done with. {@code rare}: such
 * an act that in a week and more was done in two hours at most. {@code rate}: requests in an hour,
 * far above the same hours of the week, of the day and all hours (see {@link
 * dev.spoor.detect.baseline.Pace}). {@code identity}: a person that was never seen. {@code
 * together}: several of these by one identity in one hour. Of a workload: {@code image} and {@code
 * destination}. Of log text (see {@link dev.spoor.detect.baseline.Lines}): {@code line}, a kind of
 * line never seen, and {@code burst}. A finding is one identity, difference and hour, with its
 * count.
 *
 * <p>Quiet by what is known, not by names: what three others and a fifth of its kind do is no news
 * for one more; an identity with many networks, namespaces or sensitive acts has them for a purpose
 * (operators, GitOps, pipelines); addresses that ten service accounts share are the cluster's own;
 * a token that was bound to another pod, as the API server tells, explains a rush of requests; a
 * new version of the same program then lowers what comes with it, alone it does not, for a program
 * may lie about its version. What was not seen for 30 days is forgotten, and new again.
 *
 * <p>The same past tells which medium findings of other rules are usual, and so low: {@link
 * dev.spoor.detect.baseline.Usual}.
 *
 * <p>Where to begin: {@code Baselines} takes every record; {@code Columns} says who did what where
 * ({@code Caller}, {@code Name}; {@code Names} keeps each value once), {@code Turns} holds it
 * ({@code Held}) until its time has come. A {@code Fact} is what a caller does with one value: that
 * it was noted in this hour is all that is asked of most requests. {@code Population} knows all
 * identities, {@code Habits} one of them by its {@code Trait}s, {@code Pace} its rates; {@code
 * Workloads} and {@code Lines} do the same for what runs and what is logged. {@code Told} makes
 * findings of the differences, {@code Sentence} their words, each as a {@code Watch} wants it.
 * {@code Usual}, with what followed ({@code Aftermath}), weighs the findings of other rules.
 *
 * <p>An event costs two look-ups of numbers, three of a person's, five of a sensitive act, and a
 * place in the order for twenty minutes of the log's time, which is used again: nothing is left to
 * collect. Values are read once in a generation of the scanner; strings are only made for what was
 * not met before, and the record itself is kept only where it may be told: after what is learned.
 * Memory is bounded by the limits in {@link dev.spoor.detect.baseline.Turns}, {@link
 * dev.spoor.detect.baseline.Names}, {@link dev.spoor.detect.baseline.Population}, {@link
 * dev.spoor.detect.baseline.Workloads}, {@link dev.spoor.detect.baseline.Lines} and {@link
 * dev.spoor.detect.baseline.Told}.
 */
@org.jspecify.annotations.NullMarked
package dev.spoor.detect.baseline;
