/**
 * Ledger: takes events, gives positions and proofs. Journal → segment → checkpoint: acknowledged
 * entries stand forced in a journal ({@link dev.spoor.ledger.LiveLedger}), are sealed into columns
 * beside that, and are signed; a scan of files that still exist seals at once ({@link
 * dev.spoor.ledger.Ledger}). The names in the folder are the list of what there is, so readers,
 * also of a copy, need nobody's permission ({@link dev.spoor.ledger.LedgerReader}). Never parses
 * for meaning, filters or rewrites what it was given; nothing else writes evidence. The files are
 * described byte by byte in {@code docs/format/}.
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
