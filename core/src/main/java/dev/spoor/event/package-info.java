/**
 * What was received: original bytes, where from, when, and their values by path as in the original.
 *
 * <p>In comes one record's bytes; out go its shape, its value slices and dictionary codes ({@link
 * dev.spoor.event.ShapeScanner}: one scan serves the ledger's columns and the matcher), or a typed
 * view ({@link dev.spoor.event.AuditEvent}). Never does I/O, never reads a clock, never changes a
 * byte.
 */
@org.jspecify.annotations.NullMarked
package dev.spoor.event;
