package dev.spoor.ledger;

import dev.spoor.event.Ranges;
import java.util.Arrays;

/**
 * Writes the texts of a column in a block: those of one skeleton ({@link Tokens}) side by side,
 * slot by slot, each slot in the form that fits its values, and again down to {@link #DEPTH_MAX}.
 * Nothing is learned or kept from block to block: memory is bounded by the block, whatever is
 * written. docs/format/segment.md tells the bytes.
 */
final class TextWriter {
    /** Slots are cut into slots again at most this often. */
    static final int DEPTH_MAX = 3;

    /** Fewer texts of one skeleton are kept as they are. */
    private static final int GROUP_MIN = 12;

    /** Fewer texts than this are kept as they are. */
    private static final int TEXTS_MIN = 24;

    /** More distinct values than this are no dictionary. */
    private static final int DISTINCT_MAX = 4096;

    private static final int HEX_MIN = 8;

    /** A longer chain of collisions ends the dictionary: keys may be chosen to collide. */
    private static final int PROBES_MAX = 64;

    /** Ranges of texts, and what belongs to each. */
    private static final class Texts {
        int[] from = new int[64];
        int[] to = new int[64];
        long[] base = new long[64];
        int count;

        void add(int start, int end, long near) {
            if (count == from.length) {
                from = Arrays.copyOf(from, count * 2);
                to = Arrays.copyOf(to, count * 2);
                base = Arrays.copyOf(base, count * 2);
            }
            from[count] = start;
            to[count] = end;
            base[count++] = near;
        }

        int length(int i) {
            return to[i] - from[i];
        }
    }

    /** What one level of cutting needs. */
    private static final class Level {
        final Texts slot = new Texts();
        final Texts rest = new Texts();
        long[] hashes = new long[64]; // by group
        int[] sizes = new int[64]; // by group
        int[] heads = new int[64]; // by group: slots of its first text, where they start
        int groups;
        int[] table = new int[128]; // group + 1
        int mask;
        int[] group = new int[64]; // by text, -1 = not cut
        int[] first = new int[64]; // by text: its first slot
        int[] order = new int[64]; // texts by group
        int[] slots = new int[256]; // from, to
        int slotCount;

        void room(int texts) {
            if (group.length < texts) {
                group = new int[texts];
                first = new int[texts];
                order = new int[texts];
                hashes = new long[texts];
                sizes = new int[texts];
                heads = new int[texts];
                table = new int[Integer.highestOneBit(texts) * 4];
            }
            int size = Math.min(table.length, Integer.highestOneBit(texts) * 4);
            Arrays.fill(table, 0, size, 0);
            mask = size - 1;
            groups = 0;
            slotCount = 0;
        }
    }

    private final Tokens tokens = new Tokens();
    private final Level[] levels = new Level[DEPTH_MAX];
    private final Texts all = new Texts();
    private long[] numbers = new long[1024];
    private final int[] heads = new int[4 * DISTINCT_MAX]; // dictionary: text + 1
    private final int[] distinct = new int[DISTINCT_MAX];
    private final int[] hashes = new int[DISTINCT_MAX];
    private byte[] b = new byte[0];
    private boolean plainly;

    TextWriter() {
        for (int i = 0; i < levels.length; i++) {
            levels[i] = new Level();
        }
    }

    /** Whether texts are written as they are, without looking for what repeats. */
    void plainly(boolean as) {
        plainly = as;
    }

    /** Forgets the texts of before. */
    void clear() {
        all.count = 0;
    }

    /**
     * Adds a text.
     *
     * @param base a time near those in the text, {@link Stamp#NONE} if there is none
     */
    void add(int from, int to, long base) {
        all.add(from, to, base);
    }

    /** Writes the texts that were added, all of them parts of {@code bytes}. */
    void write(byte[] bytes, Bytes out) {
        b = bytes;
        if (numbers.length < all.count) {
            numbers = new long[all.count * 2];
        }
        texts(all, 0, out);
    }

    private void texts(Texts texts, int depth, Bytes out) {
        if ((texts.count < TEXTS_MIN && depth == 0) || plainly) {
            plain(texts, out);
        } else if (!(depth == 0 && constant(texts, out)) // a slot varies
                && !numeric(texts, out)
                && !hex(texts, out)
                && !time(texts, out)
                && !dictionary(texts, out)
                && !(depth < DEPTH_MAX && templates(texts, depth, out))) {
            plain(texts, out);
        }
    }

    private void plain(Texts texts, Bytes out) {
        out.u8(Format.TEXT_PLAIN);
        long length = lengths(texts, numbers);
        Numbers.write(numbers, texts.count, out);
        out.room((int) length);
        for (int i = 0; i < texts.count; i++) {
            out.bytes(b, texts.from[i], texts.length(i));
        }
    }

    private static long lengths(Texts texts, long[] into) {
        long all = 0;
        for (int i = 0; i < texts.count; i++) {
            into[i] = texts.length(i);
            all += into[i];
        }
        return all;
    }

    private boolean same(Texts texts) {
        for (int i = 1; i < texts.count; i++) {
            if (!equal(texts.from[0], texts.to[0], texts.from[i], texts.to[i])) {
                return false;
            }
        }
        return texts.count > 0;
    }

    private boolean constant(Texts texts, Bytes out) {
        if (!same(texts)) {
            return false;
        }
        out.u8(Format.TEXT_CONSTANT).varint(texts.length(0));
        out.bytes(b, texts.from[0], texts.length(0));
        return true;
    }

    /** Decimals without leading zeros, or decimals of one length. */
    private boolean numeric(Texts texts, Bytes out) {
        boolean plain = true;
        boolean wide = true;
        int length = texts.length(0);
        for (int i = 0; i < texts.count && (plain || wide); i++) {
            int size = texts.length(i);
            long value = size > 18 ? -1 : decimal(b, texts.from[i], texts.to[i]);
            if (value < 0) {
                return false;
            }
            plain &= size == 1 || b[texts.from[i]] != '0';
            wide &= size == length;
            numbers[i] = value;
        }
        if (!plain && !wide) {
            return false;
        }
        out.u8(plain ? Format.TEXT_INTEGER : Format.TEXT_DIGITS);
        if (!plain) {
            out.u8(length);
        }
        numbers(texts.count, out);
        return true;
    }

    /** The number that digits tell, -1 when there are others among them or none. */
    private static long decimal(byte[] b, int from, int to) {
        long value = from < to ? 0 : -1;
        for (int at = from; at < to; at++) {
            int digit = b[at] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** Numbers as distance to the least, or each to the one before. */
    private void numbers(int count, Bytes out) {
        long first = numbers[0];
        long least = least(numbers, count);
        long steps = 0;
        long range = 0;
        long last = first;
        for (int i = 0; i < count; i++) {
            range |= numbers[i] - least;
            steps |= Numbers.zigzag(numbers[i] - last);
            last = numbers[i];
        }
        boolean delta = Numbers.width(steps) < Numbers.width(range);
        out.u8(delta ? 1 : 0).varint(delta ? first : least);
        if (delta) {
            Numbers.steps(numbers, count);
            numbers[0] = 0;
        } else {
            lower(numbers, count, least);
        }
        Numbers.write(numbers, count, out);
    }

    private static long least(long[] numbers, int count) {
        long least = numbers[0];
        for (int i = 1; i < count; i++) {
            least = Math.min(least, numbers[i]);
        }
        return least;
    }

    private static void lower(long[] numbers, int count, long by) {
        for (int i = 0; i < count; i++) {
            numbers[i] -= by;
        }
    }

    private boolean hex(Texts texts, Bytes out) {
        int length = texts.length(0);
        if (length < HEX_MIN || length % 2 != 0) {
            return false;
        }
        for (int i = 0; i < texts.count; i++) {
            if (texts.length(i) != length || !Uuids.hexadecimal(b, texts.from[i], texts.to[i])) {
                return false;
            }
        }
        out.u8(Format.TEXT_HEX).varint(length);
        out.room(texts.count * length / 2);
        for (int i = 0; i < texts.count; i++) {
            Uuids.pairs(b, texts.from[i], texts.to[i], out.array, out.size);
            out.size += length / 2;
        }
        return true;
    }

    private boolean time(Texts texts, Bytes out) {
        int form = TextTimes.form(b, texts.from[0], texts.to[0]);
        if (form == 0 || TextTimes.length(form) != texts.length(0)) {
            return false;
        }
        long unit = TextTimes.unit(form);
        long last = 0;
        for (int i = 0; i < texts.count; i++) {
            long near = texts.base[i] == Stamp.NONE ? last : texts.base[i];
            last = time(texts, i, form, near);
            if (last == Stamp.NONE) {
                return false;
            }
            numbers[i] = Numbers.zigzag(Math.floorDiv(last, unit) - Math.floorDiv(near, unit));
        }
        out.u8(Format.TEXT_TIME).varint(form);
        Numbers.write(numbers, texts.count, out);
        return true;
    }

    private long time(Texts texts, int i, int form, long near) {
        return TextTimes.form(b, texts.from[i], texts.to[i]) == form
                        && texts.length(i) == TextTimes.length(form)
                ? TextTimes.parse(form, b, texts.from[i], near)
                : Stamp.NONE;
    }

    private boolean dictionary(Texts texts, Bytes out) {
        int known = 0;
        int most = Math.min(DISTINCT_MAX, texts.count / 3 + 1);
        int mask = Integer.highestOneBit(most) * 4 - 1;
        Arrays.fill(heads, 0, mask + 1, 0);
        for (int i = 0; i < texts.count; i++) {
            int found = find(texts, i, known, mask);
            if (found == known) {
                distinct[known++] = i;
            }
            if (found < 0 || known == most || (i >= 256 && known > i / 2)) {
                return false;
            }
            numbers[i] = found;
        }
        out.u8(Format.TEXT_DICTIONARY).varint(known);
        Numbers.write(numbers, texts.count, out);
        for (int i = 0; i < known; i++) {
            numbers[i] = texts.length(distinct[i]);
        }
        Numbers.write(numbers, known, out);
        for (int i = 0; i < known; i++) {
            out.bytes(b, texts.from[distinct[i]], texts.length(distinct[i]));
        }
        return true;
    }

    /**
     * Index of the text among the distinct ones; {@code known} when it is new, and then noted; -1
     * when too many collide.
     */
    private int find(Texts texts, int i, int known, int mask) {
        int hash = Hash.of(b, texts.from[i], texts.to[i]);
        int slot = hash & mask;
        for (int probes = 0; heads[slot] != 0; probes++) {
            if (probes > PROBES_MAX) {
                return -1;
            }
            int at = heads[slot] - 1;
            int first = distinct[at];
            if (hashes[at] == hash
                    && equal(texts.from[first], texts.to[first], texts.from[i], texts.to[i])) {
                return at;
            }
            slot = slot + 1 & mask;
        }
        heads[slot] = known + 1;
        hashes[known] = hash;
        return known;
    }

    /** Texts by skeleton; false when none is frequent enough. */
    private boolean templates(Texts texts, int depth, Bytes out) {
        if (texts.count < GROUP_MIN) {
            return false;
        }
        var level = levels[depth];
        level.room(texts.count);
        for (int i = 0; i < texts.count; i++) {
            cut(level, texts, i, depth == 0);
        }
        int kept = 0;
        for (int g = 0; g < level.groups; g++) {
            level.heads[g] = level.sizes[g] < GROUP_MIN ? 0 : ++kept;
        }
        if (kept == 0) {
            return false;
        }
        order(level, texts.count);
        out.u8(Format.TEXT_TEMPLATES).varint(kept);
        rest(level, texts, numbers);
        Numbers.write(numbers, texts.count, out);
        int at = 0;
        for (int g = 0; g < level.groups; g++) {
            if (level.heads[g] != 0) {
                template(texts, level, at, level.sizes[g], depth, out);
            }
            at += level.sizes[g];
        }
        plain(level.rest, out);
        return true;
    }

    private void cut(Level level, Texts texts, int i, boolean quoted) {
        level.first[i] = level.slotCount;
        level.group[i] =
                tokens.cut(b, texts.from[i], texts.to[i], quoted) ? group(level, texts, i) : -1;
    }

    /** The template of each text; the rest is what has none (0). */
    private static void rest(Level level, Texts texts, long[] templates) {
        level.rest.count = 0;
        for (int i = 0; i < texts.count; i++) {
            int template = level.group[i] < 0 ? 0 : level.heads[level.group[i]];
            templates[i] = template;
            if (template == 0) {
                level.rest.add(texts.from[i], texts.to[i], texts.base[i]);
            }
        }
    }

    /** The group of the text that was just cut; its slots are kept. */
    private int group(Level level, Texts texts, int i) {
        int mask = level.mask;
        int slot = (int) (tokens.skeleton >>> 20) & mask;
        int group = -1;
        while (group < 0 && level.table[slot] != 0) {
            int held = level.table[slot] - 1;
            if (level.hashes[held] == tokens.skeleton) {
                group = held;
            }
            slot = slot + 1 & mask;
        }
        if (group >= 0 && !alike(level, texts, level.heads[group], i)) {
            return -1; // a collision, maybe a chosen one
        }
        if (group < 0) {
            group = level.groups++;
            level.table[slot] = group + 1;
            level.hashes[group] = tokens.skeleton;
            level.sizes[group] = 0;
            level.heads[group] = i;
        }
        level.sizes[group]++;
        int need = level.slotCount + 2 * tokens.count;
        if (need > level.slots.length) {
            level.slots = Arrays.copyOf(level.slots, Math.max(need, level.slots.length * 2));
        }
        for (int s = 0; s < tokens.count; s++) {
            level.slots[level.slotCount++] = tokens.from[s];
            level.slots[level.slotCount++] = tokens.to[s];
        }
        return group;
    }

    /**
     * Whether the text that was just cut has the same bytes between its slots as a group's first.
     */
    private boolean alike(Level level, Texts texts, int first, int i) {
        int slots = level.first[first];
        int last = texts.from[first];
        int at = texts.from[i];
        int count = tokens.count;
        if (level.first[first + 1] != slots + 2 * count) {
            return false;
        }
        for (int s = 0; s <= count; s++) {
            int firstEnd = s == count ? texts.to[first] : level.slots[slots + 2 * s];
            int end = s == count ? texts.to[i] : tokens.from[s];
            if (!equal(last, firstEnd, at, end)) {
                return false;
            }
            if (s < count) {
                last = level.slots[slots + 2 * s + 1];
                at = tokens.to[s];
            }
        }
        return true;
    }

    private boolean equal(int from, int to, int otherFrom, int otherTo) {
        int length = to - from;
        return length == otherTo - otherFrom && Ranges.equal(b, from, b, otherFrom, length);
    }

    /** Where the slots of text {@code i} end. */
    private static int end(Level level, int i, int until) {
        return i + 1 < until ? level.first[i + 1] : level.slotCount;
    }

    /** Texts sorted by group; those of no group are left out. */
    private static void order(Level level, int count) {
        var next = new int[level.groups];
        for (int g = 1; g < level.groups; g++) {
            next[g] = next[g - 1] + level.sizes[g - 1];
        }
        for (int i = 0; i < count; i++) {
            if (level.group[i] >= 0) {
                level.order[next[level.group[i]]++] = i;
            }
        }
    }

    /** One template: the pieces between the slots that vary, then each slot. */
    private void template(Texts texts, Level level, int at, int size, int depth, Bytes out) {
        int first = level.order[at];
        int slots = level.first[first];
        int count = (end(level, first, texts.count) - slots) / 2;
        var varies = new boolean[count];
        int varying = 0;
        for (int s = 0; s < count; s++) {
            varies[s] = varies(level, slots, at, size, 2 * s);
            varying += varies[s] ? 1 : 0;
        }
        out.varint(varying);
        int from = texts.from[first];
        for (int s = 0; s < count; s++) {
            if (varies[s]) {
                int to = level.slots[slots + 2 * s];
                out.varint(to - from).bytes(b, from, to - from);
                from = level.slots[slots + 2 * s + 1];
            }
        }
        out.varint(texts.to[first] - from).bytes(b, from, texts.to[first] - from);
        for (int s = 0; s < count; s++) {
            if (varies[s]) {
                slot(texts, level, at, size, s, depth, out);
            }
        }
    }

    private boolean varies(Level level, int slots, int at, int size, int place) {
        int from = level.slots[slots + place];
        int to = level.slots[slots + place + 1];
        for (int i = at + 1; i < at + size; i++) {
            int other = level.first[level.order[i]] + place;
            if (!equal(from, to, level.slots[other], level.slots[other + 1])) {
                return true;
            }
        }
        return false;
    }

    private void slot(Texts texts, Level level, int at, int size, int s, int depth, Bytes out) {
        var slot = level.slot;
        slot.count = 0;
        for (int i = at; i < at + size; i++) {
            int text = level.order[i];
            int place = level.first[text] + 2 * s;
            slot.add(level.slots[place], level.slots[place + 1], texts.base[text]);
        }
        texts(slot, depth + 1, out);
    }
}
