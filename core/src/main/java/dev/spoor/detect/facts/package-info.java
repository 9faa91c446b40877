/**
 * What follows from an event without any other: the fields under {@code spoor.} that rules use
 * beside the recorded ones.
 *
 * <p>In: one event in normal form. Out: derived values, computed when asked. A fact that cannot be
 * told (no body recorded) has no value; nothing here guesses, remembers other events or reads a
 * clock.
 */
@org.jspecify.annotations.NullMarked
package dev.spoor.detect.facts;
