/**
 * Ledger: takes events, gives positions and proofs. Never parses for meaning, filters or rewrites
 * what it was given; nothing else writes evidence. The files are described byte by byte in {@code
 * docs/format/}.
 */
@org.jspecify.annotations.NullMarked
package dev.spoor.ledger;
