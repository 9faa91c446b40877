/**
 * Sigma correlations: what the events of several rules say together.
 *
 * <p>In: events that rules matched, in any order, with their values. Out: episodes, each a span of
 * events of one group for which a correlation's condition held. Everything goes by the events' own
 * time, so late and shuffled records change nothing. Knows neither records nor findings.
 *
 * <p>Choices where the specification leaves them open:
 *
 * <ul>
 *   <li>A window of the timespan holds events whose times differ by at most the timespan, both ends
 *       included. For {@code gt} and {@code gte} it slides: it ends at every event. Windows that
 *       overlap and fulfil the condition are one episode, which holds all their events.
 *   <li>{@code lt}, {@code lte}, {@code eq}, {@code neq}, an expression with {@code not} and one
 *       under {@code temporal_ordered} are about whole windows, which follow each other: the first
 *       begins with the group's first event, the next with the first event after it. A window
 *       without events is not looked at.
 *   <li>{@code temporal_ordered}: events at the very same time count as in order; one event never
 *       counts for two rules. {@code gte: n} wants n of the rules in the order of the list.
 *   <li>An event without one of the group-by fields belongs to no group; one with several values
 *       belongs to the group of each, at most {@link dev.spoor.detect.correlate.Groups#GROUPS_MAX}.
 *   <li>Sums, averages, medians and percentiles look at numbers only; a percentile between two
 *       values is interpolated linearly.
 *   <li>An episode stands for its correlation in the next one at the time of its last event, with
 *       the values of its group and, for other fields, all values of its events.
 * </ul>
 */
@org.jspecify.annotations.NullMarked
package dev.spoor.detect.correlate;
