package dev.spoor.ledger;

import java.io.IOException;

/** Entries that are durable in a journal and not yet in a segment. */
interface Unsealed {
    long first();

    /** Behind the last durable entry. */
    long end();

    /** The key of their salts. */
    Salts.Key salt();

    /** The durable entries from one position on; each call reads from the start. */
    Row.Cursor rows(long from);

    /** Takes the journal from the disk, once its entries stand in segments. */
    void delete() throws IOException;
}
