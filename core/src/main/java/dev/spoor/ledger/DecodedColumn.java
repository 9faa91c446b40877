package dev.spoor.ledger;

import dev.spoor.event.Ranges;
import dev.spoor.ledger.SegmentReader.Values;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The values of one column in one block as they are kept: small numbers, which mean a code of the
 * segment's dictionary each, and literals.
 */
final class DecodedColumn {
    final int count;

    /** By value: a place in {@link #codes}; those below {@link Format#FIRST_LOCAL} are literals. */
    final Narrow ids;

    /** By id: the dictionary code, rising; -1 for literals. */
    final int[] codes;

    /** By value: the index of its literal; null where each value is the literal of its number. */
    private final short @Nullable [] literalOf;

    final Values dictionary;

    /** Literals; for bodies the block's bodies, shared. */
    byte[] literals = new byte[0];

    /** Whether the literals are the block's, which weighs them. */
    boolean shared;

    /** How many values are literals. */
    final int literalCount;

    /**
     * Where the literals stand, from the one of index {@link #unwritten} on: those before are
     * identifiers or times, which stand nowhere.
     */
    int[] literalStarts = NO_PLACES;

    int[] literalEnds = NO_PLACES;

    private static final int[] NO_PLACES = {};

    /** UUID literals as pairs of numbers: their text is made whenever it is asked for. */
    private long[] uuids = NO_NUMBERS;

    /** Time literals in nanoseconds since 1970, likewise. */
    private @Nullable RowTimes stamps;

    /** Digits of their fractions; a single one where all have as many. */
    private byte[] digits = {};

    /** Literals that are kept as numbers: the first ones. */
    private int unwritten;

    /** The one that was printed last. */
    private @Nullable Bytes printed;

    private int printedLiteral = -1;

    /** Numbers of URI templates; empty for other columns. */
    long[] numbers = NO_NUMBERS;

    private static final long[] NO_NUMBERS = {};

    /** By value: where its numbers start; URI only. */
    int[] numberStarts = NO_PLACES;

    /**
     * @param own so many values are literals in the column's own encoding; their indexes come
     *     before those of the literals that are texts
     */
    DecodedColumn(Narrow ids, int[] codes, int own, int texts, Values dictionary) {
        this.count = ids.count;
        this.ids = ids;
        this.codes = codes;
        this.dictionary = dictionary;
        this.literalCount = own + texts;
        boolean apart = own + texts > 0 && own < count && texts < count;
        this.literalOf = apart ? literals(ids, own) : null;
    }

    private static short[] literals(Narrow ids, int own) {
        var literals = new short[ids.count];
        int ownAt = 0;
        int textAt = own;
        for (int value = 0; value < literals.length; value++) {
            int id = ids.at(value);
            if (id == 0) {
                literals[value] = (short) ownAt++;
            } else if (id == 1) {
                literals[value] = (short) textAt++;
            }
        }
        return literals;
    }

    /** A column all of whose values are literals. */
    static DecodedColumn ofLiterals(int count) {
        return new DecodedColumn(
                Narrow.same(count, 0), new int[] {-1, -1}, count, 0, NO_DICTIONARY);
    }

    private static final Values NO_DICTIONARY = new Values(new byte[0], new int[0], new long[0]);

    /** The dictionary's code of a value, or -1 - index of its literal. */
    int code(int value) {
        int code = codes[ids.at(value)];
        return code >= 0 ? code : -1 - (literalOf == null ? value : literalOf[value]);
    }

    /** The index of the value's literal, below 0 when it is in the dictionary. */
    int literal(int value) {
        return ids.at(value) >= Format.FIRST_LOCAL
                ? -1
                : literalOf == null ? value : literalOf[value];
    }

    /** The id of a dictionary code, below 0 when it does not occur. */
    int id(int code) {
        return Arrays.binarySearch(codes, Format.FIRST_LOCAL, codes.length, code);
    }

    /**
     * The values in the order of their ids, so that a question touches only those that answer it.
     *
     * @param starts by id, and the end behind: where their values begin in {@code values}
     */
    record ById(int[] starts, short[] values) {}

    private @Nullable ById byId;
    private boolean asked;

    /**
     * The same; null at the first question, since sorting takes longer than looking at all, and
     * where ids are single bytes, of which eight are looked at in one go.
     */
    @Nullable ById byId() {
        if (byId == null && asked && ids.shorts != null) {
            byId = sorted(ids.shorts);
        }
        asked = true;
        return byId;
    }

    private ById sorted(short[] ids) {
        var next = new int[codes.length + 1]; // by id + 1: how many, then where they begin
        for (short id : ids) {
            next[(id & 0xffff) + 1]++;
        }
        for (int id = 1; id < next.length; id++) {
            next[id] += next[id - 1];
        }
        var starts = next.clone();
        var values = new short[count];
        for (int value = 0; value < values.length; value++) {
            values[next[ids[value] & 0xffff]++] = (short) value;
        }
        return new ById(starts, values);
    }

    /** What it takes of memory, in bytes. */
    long weight() {
        return 256L
                + (shared ? 0 : literals.length)
                + ids.weight()
                + (literalOf == null ? 0 : 2L * count)
                + (byId == null ? 0 : 2L * count + 4L * byId.starts.length)
                + 4L * (codes.length + literalStarts.length + literalEnds.length)
                + 4L * numberStarts.length
                + digits.length
                + (stamps == null ? 0 : stamps.weight())
                + 8L * (uuids.length + numbers.length);
    }

    /** Its own literals are identifiers: pairs of numbers. */
    void identifiers(long[] pairs) {
        uuids = pairs;
        unwritten = pairs.length / 2;
    }

    /** Its own literals are times, with so many digits of fraction each. */
    void times(long[] nanos, byte[] fractions) {
        stamps = new RowTimes(nanos);
        digits = same(fractions) ? new byte[] {fractions[0]} : fractions;
        unwritten = nanos.length;
    }

    private static boolean same(byte[] all) {
        for (byte one : all) {
            if (one != all[0]) {
                return false;
            }
        }
        return all.length > 0;
    }

    /** Makes room for where the literals stand that are not kept as numbers. */
    void placed() {
        literalStarts = new int[literalCount - unwritten];
        literalEnds = new int[literalCount - unwritten];
    }

    /** Literals that are kept as numbers, which come first. */
    int unwritten() {
        return unwritten;
    }

    /** Whether the value is an identifier kept as a number ({@link #high}, {@link #low}). */
    boolean uuid(int value) {
        int literal = literal(value);
        return literal >= 0 && literal < unwritten && stamps == null;
    }

    long high(int value) {
        return uuids[2 * literal(value)];
    }

    long low(int value) {
        return uuids[2 * literal(value) + 1];
    }

    /** The time in nanoseconds since 1970, or {@link Stamp#NONE} when it is not one kept so. */
    long stamp(int value) {
        int literal = literal(value);
        return stamps != null && literal >= 0 && literal < unwritten
                ? stamps.at(literal)
                : Stamp.NONE;
    }

    /** Appends the text of an identifier or a time. */
    private void print(int literal, Bytes out) {
        if (stamps == null) {
            Uuids.print(uuids[2 * literal], uuids[2 * literal + 1], out);
            return;
        }
        out.room(32);
        int fraction = digits[digits.length == 1 ? 0 : literal];
        out.size += Stamp.print(stamps.at(literal), fraction, out.array, out.size);
    }

    /** The same, by itself. */
    private Bytes printed(int literal) {
        var known = printed;
        if (known == null) {
            known = new Bytes(48);
            printed = known;
        }
        if (printedLiteral != literal) {
            known.clear();
            print(literal, known);
            printedLiteral = literal;
        }
        return known;
    }

    private @Nullable Boolean escapes;

    /** Whether a letter may be written as an escape somewhere in the literals. */
    boolean escapes() {
        var known = escapes;
        if (known == null) {
            int last = literalEnds.length - 1;
            known = last >= 0 && Search.UNICODE_ESCAPE.in(literals, 0, literalEnds[last]);
            escapes = known;
        }
        return known;
    }

    /** Where the value stands, until another one is asked for. */
    byte[] bytes(int value) {
        int literal = literal(value);
        if (literal < 0) {
            return dictionary.bytes();
        }
        return literal < unwritten ? printed(literal).array : literals;
    }

    int from(int value) {
        int code = code(value);
        if (code >= 0) {
            return dictionary.start(code);
        }
        int literal = -1 - code;
        return literal < unwritten ? 0 : literalStarts[literal - unwritten];
    }

    int to(int value) {
        int code = code(value);
        if (code >= 0) {
            return dictionary.ends()[code];
        }
        int literal = -1 - code;
        return literal < unwritten ? printed(literal).size : literalEnds[literal - unwritten];
    }

    void append(int value, Bytes out) {
        int code = code(value);
        if (code >= 0) {
            int from = dictionary.start(code);
            out.bytes(dictionary.bytes(), from, dictionary.ends()[code] - from);
            return;
        }
        int literal = -1 - code;
        if (literal < unwritten) {
            print(literal, out);
            return;
        }
        int from = literalStarts[literal - unwritten];
        out.bytes(literals, from, literalEnds[literal - unwritten] - from);
    }

    /** The value's length where the bytes begin with it, else -1. */
    int lengthIn(int value, byte[] b, int from, int to) {
        var bytes = bytes(value);
        int start = from(value);
        int length = to(value) - start;
        return length <= to - from && Ranges.equal(bytes, start, b, from, length) ? length : -1;
    }
}
