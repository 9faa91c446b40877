/**
 * Ledger: takes events, gives positions and proofs. Journal → segment → checkpoint: acknowledged
 * entries stand forced in a journal ({@link dev.spoor.ledger.LiveLedger}), are sealed into columns
 * beside that (or before it: where much waits, the journal's records are the segment's blocks), and
 * are signed; a scan of files that still exist seals at once ({@link dev.spoor.ledger.Ledger}). The
 * names in the folder are the list of what there is, so readers, also of a copy, need nobody's
 * permission ({@link dev.spoor.ledger.LedgerReader}). Never parses for meaning, filters or rewrites
 * what it was given; nothing else writes evidence. The files are described byte by byte in {@code
 * docs/format/}.
 *
 * <p>How a block becomes small, from the outside in: {@link dev.spoor.event.ShapeScanner} has cut
 * events into shapes and values; {@link dev.spoor.ledger.SegmentWriter} puts the values of a path
 * side by side ({@link dev.spoor.ledger.ColumnBuffer}: dictionary codes, and literals in an
 * encoding of their own); what is free text is cut once more, into templates and slots ({@link
 * dev.spoor.ledger.TextWriter}); zstd takes what still repeats. {@link dev.spoor.ledger.Block} goes
 * the way back.
 *
 * <p>Where to look, among some seventy files:
 *
 * <ul>
 *   <li>writing: {@code Ledger} (files, at once) and {@code LiveLedger} (as entries come: {@code
 *       Batch}, {@code Journal}, {@code Sealer}, {@code Merging}); what a writer finds is {@code
 *       History}, what it must finish {@code Recovery}; every write goes through {@code Disk}
 *   <li>a segment's bytes: {@code Format} and {@code Segments} say what both sides agree on; {@code
 *       SegmentWriter} and {@code ColumnBuffer} mirror {@code SegmentReader}, {@code Block} and
 *       {@code DecodedColumn}; single encodings are {@code Numbers}, {@code Stamp}, {@code Uuids},
 *       {@code Uris}, {@code Tokens}
 *   <li>answering: {@code LedgerReader} asks {@code BlockMasks} and {@code BlockFilters} which
 *       blocks, {@code Supply} where a field's values stand, {@code BlockFilter} which rows, {@code
 *       BlockCount} how many; {@code Tail} is what no segment holds yet. What was decoded stays in
 *       {@code BlockCache}, narrow as on the disk; {@code LentBodies} unpacks single bodies, {@code
 *       ReadAhead} reads fields that are asked again and again before they are asked, {@code
 *       Needles} learns which segments hold a value
 *   <li>proof: {@code Commitment} and {@code Salts} to {@code Leaves}, {@code Merkle}, {@code
 *       Tiles}, {@code Checkpoint}; {@code Proofs} for others, {@code Verification} for all
 *   <li>keys: {@code LedgerKeys}, {@code KeyEncryption}, {@code Sealing}, {@code KeyChain}
 *   <li>years: {@code Upkeep}, {@code Hold}, {@code Deletion}, {@code Backup}
 * </ul>
 */
@org.jspecify.annotations.NullMarked
package dev.spoor.ledger;
