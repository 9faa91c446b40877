/**
 * Ledger: takes events, gives positions and proofs. Never parses for meaning, filters or rewrites
 * what it was given; nothing else writes evidence. The files are described byte by byte in {@code
 * docs/format/}.
 *
 * <p>How a block becomes small, from the outside in: {@link dev.spoor.event.ShapeScanner} has cut
 * events into shapes and values; {@link dev.spoor.ledger.SegmentWriter} puts the values of a path
 * side by side ({@link dev.spoor.ledger.ColumnBuffer}: dictionary codes, and literals in an
 * encoding of their own); what is free text is cut once more, into templates and slots ({@link
 * dev.spoor.ledger.TextWriter}); zstd takes what still repeats. {@link dev.spoor.ledger.Block} goes
 * the way back.
 */
@org.jspecify.annotations.NullMarked
package dev.spoor.ledger;
