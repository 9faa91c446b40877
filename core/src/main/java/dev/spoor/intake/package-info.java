/**
 * Bytes to records: recognises each format by its content, cuts it into events exactly as received,
 * and tells what could not be kept. Never fails on content, never reads past its limits, never
 * drops a byte without a {@link dev.spoor.event.Gap}.
 */
@org.jspecify.annotations.NullMarked
package dev.spoor.intake;
