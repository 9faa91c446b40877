/**
 * Questions the system asks: rules over events become findings.
 *
 * <p>In: events as they are scanned (their dictionary codes decide which rules can hold at all) and
 * the ledger (for whole requests). Out: {@link dev.spoor.detect.Finding}s, sorted. A rule judges
 * requests, not records: the last stage recorded decides.
 *
 * <p>Where to begin, in the order in which an event passes:
 *
 * <ul>
 *   <li>{@link dev.spoor.detect.Detector} is the scan's way through. {@code Prefilter} says from
 *       codes alone which rules hold: {@code Questions} numbers what rules ask, {@code Truth} is a
 *       rule over those answers, {@code ColumnAnswers} asks each distinct value once with {@code
 *       TestIndex}, {@code Candidates} drops rules that one value rules out.
 *   <li>{@code Hits}, {@code Join} and {@code Pool} bring the records of a request together; {@code
 *       Findings}, {@code Teller} and {@code Errands} tell it; {@code Correlator} keeps what
 *       sequences and counts need ({@code detect.correlate}). {@code Sight} and {@code Addresses}
 *       see what rules lack.
 *   <li>{@link dev.spoor.detect.baseline.Baselines#weighed} lowers what is usual, {@link
 *       dev.spoor.detect.Exceptions} hold findings back ({@code Weekly} windows), {@link
 *       dev.spoor.detect.Alerts} tell repeated alerts once, {@link dev.spoor.detect.Stages} give a
 *       finding of {@code baseline} the other records of its request.
 *   <li>Rules asked in other ways, without joining requests: {@link dev.spoor.detect.Matcher} of
 *       single events, {@link dev.spoor.detect.History} of everything kept ({@link
 *       dev.spoor.detect.RetroHunt} on top of it), {@link dev.spoor.detect.Explanation} of one
 *       event and rule, in words.
 *   <li>Beside: {@code sigma} reads rules, {@code facts} derives fields, {@code baseline} knows
 *       what is unusual, {@code cases} and {@code coverage} prove the rules.
 * </ul>
 */
@org.jspecify.annotations.NullMarked
package dev.spoor.detect;
