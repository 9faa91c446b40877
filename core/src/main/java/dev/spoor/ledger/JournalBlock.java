package dev.spoor.ledger;

/**
 * A block as a journal's records hold it.
 *
 * @param words what it refers to and no record before tells
 * @param block its line of the footer and its sections, before they were sealed
 */
record JournalBlock(long first, int rows, Bytes words, Bytes block) {
    /** Behind its last entry. */
    long end() {
        return first + rows;
    }
}
