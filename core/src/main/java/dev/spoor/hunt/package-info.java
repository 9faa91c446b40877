/**
 * Questions a person asks, and hunts, which keep them ({@link dev.spoor.hunt.Hunt}). In comes the
 * text of a query: a filter, then pipes. {@link dev.spoor.hunt.Query} is its value, {@link
 * dev.spoor.hunt.Hunts} runs it on whoever answers questions about events ({@link
 * dev.spoor.query.EventSearch}) and gives events or a table to an {@link dev.spoor.hunt.Answer}. A
 * hunt reads; it changes nothing, and it never answers in part without saying so: a limit that is
 * met is {@link dev.spoor.fault.Rejected} with its name.
 *
 * <p>Values of fields compare exactly, upper and lower case apart, as Kibana's keyword fields do;
 * bare words are found anywhere in the event as received, in any case.
 */
@org.jspecify.annotations.NullMarked
package dev.spoor.hunt;
