package dev.spoor.ledger;

/** Constants of the journal's format; docs/format/journal.md describes every byte. */
final class JournalFormat {
    static final byte[] MAGIC = {'S', 'P', 'O', 'O', 'R', 'J', 'N', 'L'};
    static final int VERSION = 1;

    /** Bytes of the header: magic, version, flags, first position, CRC32C. */
    static final int HEADER = 8 + 2 + 2 + 8 + 4;

    /**
     * Bytes before a record's payload: type, length, first position, entries, bytes of the journal
     * that were forced before, CRC32C.
     */
    static final int RECORD_HEAD = 1 + 4 + 8 + 4 + 8 + 4;

    /** Bytes at the start of a payload: type, first position, entries, time of receipt. */
    static final int PAYLOAD_HEAD = 1 + 8 + 4 + 8;

    /** Longer records are refused as tampered. */
    static final int RECORD_BYTES_MAX = 256 << 20;

    /** The salt key of the entries; the first record. */
    static final int SALT = 1;

    static final int ENTRIES = 2;

    /** A signed note over the entries before. */
    static final int NOTE = 3;

    /** One entry that declares a source. */
    static final int SOURCE = 4;

    /** Columns, shapes and values that the blocks behind it refer to. */
    static final int WORDS = 5;

    /** Entries as the block that their segment has, too. */
    static final int BLOCK = 6;

    static final int TYPE_MAX = BLOCK;

    static boolean entries(int type) {
        return type == ENTRIES || type == SOURCE || type == BLOCK;
    }

    /** Whether a record is needed to read the entries behind it. */
    static boolean told(int type) {
        return entries(type) || type == WORDS;
    }

    private JournalFormat() {}
}
