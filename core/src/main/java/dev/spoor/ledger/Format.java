package dev.spoor.ledger;

/** Constants of the segment format; docs/format/segment.md describes every byte. */
final class Format {
    static final byte[] MAGIC = {'S', 'P', 'O', 'O', 'R', 'S', 'E', 'G'};
    static final byte[] END = {'S', 'P', 'O', 'O', 'R', 'E', 'N', 'D'};
    static final int VERSION = 1;
    static final int FLAG_ENCRYPTED = 1;

    /** Bytes of the header: magic, version, flags, first position, CRC32C. */
    static final int HEADER = 8 + 2 + 2 + 8 + 4;

    /** Bytes of the trailer: footer section number, offset, length, CRC32C, end magic. */
    static final int TRAILER = 8 + 8 + 4 + 4 + 8;

    /** Events of a block at most. */
    static final int BLOCK_EVENTS = 8192;

    /**
     * Literal bytes after which a block is closed early: bounds the memory of writer and reader.
     */
    static final int BLOCK_BYTES = 16 << 20;

    /** Bytes of events after which a block is closed early: what is kept to be compared. */
    static final int BLOCK_RAW_BYTES = 48 << 20;

    /** Blocks of a segment at most: one bit each in a dictionary value's block mask. */
    static final int SEGMENT_BLOCKS = 64;

    /** Dictionary bytes after which a segment is closed early. */
    static final int SEGMENT_DICTIONARY_BYTES = 48 << 20;

    /** No section is larger than this when decoded; a claim of more is refused as tampered. */
    static final int SECTION_BYTES_MAX = 256 << 20;

    /** Shorter column chunks and dictionaries share a section. */
    static final int SMALL = 2048;

    /** Ids below this are literals: 0 in the column's own encoding, 1 as text. */
    static final int FIRST_LOCAL = 2;

    // Encodings of literals
    static final int LITERAL_NONE = 0;
    static final int LITERAL_TEXT = 1;
    static final int LITERAL_INT = 2;
    static final int LITERAL_UUID = 3;
    static final int LITERAL_TIME = 4;
    static final int LITERAL_BODY = 5;
    static final int LITERAL_URI = 6;

    // Forms of texts
    static final int TEXT_PLAIN = 0;
    static final int TEXT_CONSTANT = 1;
    static final int TEXT_DICTIONARY = 2;
    static final int TEXT_INTEGER = 3;
    static final int TEXT_DIGITS = 4;
    static final int TEXT_HEX = 5;
    static final int TEXT_TIME = 6;
    static final int TEXT_TEMPLATES = 7;

    private Format() {}
}
