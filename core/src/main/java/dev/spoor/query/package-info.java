/**
 * What can be asked of events: predicates as plain values. Hunts, Sigma rules, retention, holds and
 * exceptions are all predicates; they run vectorised over a ledger block or row by row over an
 * {@link dev.spoor.event.EventView}, with the same answers.
 */
@org.jspecify.annotations.NullMarked
package dev.spoor.query;
