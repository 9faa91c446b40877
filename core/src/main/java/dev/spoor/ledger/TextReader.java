package dev.spoor.ledger;

import java.util.Arrays;

/** Gives back what {@link TextWriter} wrote. A read value is checked before it is believed. */
final class TextReader {
    /** Texts: where each stands in {@link #bytes}; several may stand in one place. */
    final byte[] bytes;

    final int[] starts;
    final int[] ends;

    private TextReader(byte[] bytes, int[] starts, int[] ends) {
        this.bytes = bytes;
        this.starts = starts;
        this.ends = ends;
    }

    /**
     * Reads {@code count} texts.
     *
     * @param base by text: a time near those in it, as the writer was given
     */
    static TextReader read(Bytes.In in, int count, long[] base) {
        return read(in, count, base, 0);
    }

    private static TextReader read(Bytes.In in, int count, long[] base, int depth) {
        return switch (in.u8()) {
            case Format.TEXT_PLAIN -> plain(in, count);
            case Format.TEXT_CONSTANT -> {
                int length = in.count(in.end - in.at);
                var texts = new TextReader(in.bytes(length), new int[count], new int[count]);
                Arrays.fill(texts.ends, length);
                yield texts;
            }
            case Format.TEXT_DICTIONARY -> dictionary(in, count);
            case Format.TEXT_INTEGER -> numbers(in, count, 0);
            case Format.TEXT_DIGITS -> {
                int digits = in.u8();
                if (digits < 1 || digits > 18) {
                    throw in.bad("a number has " + digits + " digits (expected: 1..18)");
                }
                yield numbers(in, count, digits);
            }
            case Format.TEXT_HEX -> hex(in, count);
            case Format.TEXT_TIME -> times(in, count, base);
            case Format.TEXT_TEMPLATES -> {
                if (depth == TextWriter.DEPTH_MAX) {
                    throw in.bad("texts are nested too deep");
                }
                yield templates(in, count, base, depth);
            }
            default -> throw in.bad("a form of texts is not known");
        };
    }

    private static TextReader plain(Bytes.In in, int count) {
        var ends = SegmentReader.ends(Numbers.exactly(in, count), in);
        var starts = new int[count];
        if (count > 1) {
            System.arraycopy(ends, 0, starts, 1, count - 1);
        }
        return new TextReader(in.bytes(count == 0 ? 0 : ends[count - 1]), starts, ends);
    }

    private static TextReader dictionary(Bytes.In in, int count) {
        int known = in.count(Format.BLOCK_EVENTS);
        var ids = Numbers.exactly(in, count);
        var values = plain(in, known);
        var starts = new int[count];
        var ends = new int[count];
        for (int i = 0; i < count; i++) {
            if (ids[i] < 0 || ids[i] >= known) {
                throw in.bad("names text " + ids[i] + " (expected: below " + known + ")");
            }
            starts[i] = values.starts[(int) ids[i]];
            ends[i] = values.ends[(int) ids[i]];
        }
        return new TextReader(values.bytes, starts, ends);
    }

    /**
     * @param digits 0 = without leading zeros
     */
    private static TextReader numbers(Bytes.In in, int count, int digits) {
        boolean delta = in.u8() == 1;
        long first = in.varint();
        var values = Numbers.exactly(in, count);
        var out = new Bytes(16 + count * Math.max(digits, 6));
        var starts = new int[count];
        var ends = new int[count];
        long last = first;
        for (int i = 0; i < count; i++) {
            last = delta ? last + Numbers.unzigzag(values[i]) : first + values[i];
            starts[i] = out.size;
            if (digits == 0) {
                Uris.decimal(last, out);
            } else {
                digits(last, digits, out);
            }
            ends[i] = out.size;
        }
        return new TextReader(out.array, starts, ends);
    }

    private static void digits(long value, int digits, Bytes out) {
        out.room(digits);
        long rest = value;
        for (int i = digits - 1; i >= 0; i--) {
            out.array[out.size + i] = (byte) ('0' + Math.floorMod(rest, 10));
            rest /= 10;
        }
        out.size += digits;
    }

    private static TextReader hex(Bytes.In in, int count) {
        int length = in.count(Format.SECTION_BYTES_MAX);
        in.need((long) count * length / 2);
        if (length % 2 != 0 || (long) count * length > Format.SECTION_BYTES_MAX) {
            throw in.bad("hexadecimal texts have " + length + " digits");
        }
        var bytes = new byte[count * length];
        for (int i = 0; i < bytes.length; i += 2) {
            byte pair = in.array[in.at++];
            bytes[i] = Uuids.digit(pair >>> 4 & 15);
            bytes[i + 1] = Uuids.digit(pair & 15);
        }
        var starts = new int[count];
        var ends = new int[count];
        for (int i = 0; i < count; i++) {
            starts[i] = i * length;
            ends[i] = starts[i] + length;
        }
        return new TextReader(bytes, starts, ends);
    }

    private static TextReader times(Bytes.In in, int count, long[] base) {
        long told = in.varint();
        if (!TextTimes.known(told)) {
            throw in.bad("a form of times is not known");
        }
        int form = (int) told;
        var ticks = Numbers.exactly(in, count);
        int length = TextTimes.length(form);
        long unit = TextTimes.unit(form);
        var out = new Bytes(count * length + 64);
        var starts = new int[count];
        var ends = new int[count];
        long last = 0;
        for (int i = 0; i < count; i++) {
            long near = base[i] == Stamp.NONE ? last : base[i];
            last = (Math.floorDiv(near, unit) + Numbers.unzigzag(ticks[i])) * unit;
            starts[i] = out.size;
            TextTimes.print(form, last, out);
            ends[i] = out.size;
        }
        return new TextReader(out.array, starts, ends);
    }

    /** The pieces of a template and the texts of its slots. */
    private record Template(int texts, byte[][] pieces, TextReader[] slots) {}

    private static TextReader templates(Bytes.In in, int count, long[] base, int depth) {
        int known = in.count(Format.BLOCK_EVENTS);
        var ids = Numbers.exactly(in, count);
        var sizes = new int[known + 1];
        for (long id : ids) {
            if (id < 0 || id > known) {
                throw in.bad("names template " + id + " (expected: at most " + known + ")");
            }
            sizes[(int) id]++;
        }
        var bases = new long[known + 1][];
        for (int t = 0; t <= known; t++) {
            bases[t] = new long[sizes[t]];
        }
        var next = new int[known + 1];
        for (int i = 0; i < count; i++) {
            int t = (int) ids[i];
            bases[t][next[t]++] = base[i];
        }
        var templates = new Template[known + 1];
        for (int t = 1; t <= known; t++) {
            templates[t] = template(in, sizes[t], bases[t], depth);
        }
        if (in.u8() != Format.TEXT_PLAIN) {
            throw in.bad("a form of texts is not known");
        }
        templates[0] =
                new Template(
                        sizes[0], new byte[][] {{}, {}}, new TextReader[] {plain(in, sizes[0])});
        return together(in, count, ids, templates);
    }

    private static Template template(Bytes.In in, int size, long[] base, int depth) {
        int count = in.count(Tokens.SLOTS_MAX);
        var pieces = new byte[count + 1][];
        for (int s = 0; s <= count; s++) {
            pieces[s] = in.bytes(in.count(in.end - in.at));
        }
        var slots = new TextReader[count];
        for (int s = 0; s < count; s++) {
            slots[s] = read(in, size, base, depth + 1);
        }
        return new Template(size, pieces, slots);
    }

    private static TextReader together(Bytes.In in, int count, long[] ids, Template[] templates) {
        var starts = new int[count];
        var ends = new int[count];
        var bytes = new byte[length(in, templates)];
        var next = new int[templates.length];
        int size = 0;
        for (int i = 0; i < count; i++) {
            int t = (int) ids[i];
            starts[i] = size;
            size = append(templates[t], next[t]++, bytes, size);
            ends[i] = size;
        }
        return new TextReader(bytes, starts, ends);
    }

    private static int length(Bytes.In in, Template[] templates) {
        long length = 0;
        for (var template : templates) {
            long pieces = 0;
            for (var piece : template.pieces) {
                pieces += piece.length;
            }
            length += pieces * template.texts;
            for (var slot : template.slots) {
                for (int i = 0; i < slot.starts.length; i++) {
                    length += slot.ends[i] - slot.starts[i];
                }
            }
        }
        if (length > Format.SECTION_BYTES_MAX) {
            throw in.bad("texts are longer than " + Format.SECTION_BYTES_MAX + " bytes");
        }
        return (int) length;
    }

    /** Puts one text together; returns its end. */
    private static int append(Template template, int at, byte[] bytes, int size) {
        var slots = template.slots;
        for (int s = 0; s < slots.length; s++) {
            var piece = template.pieces[s];
            System.arraycopy(piece, 0, bytes, size, piece.length);
            size += piece.length;
            var slot = slots[s];
            int from = slot.starts[at];
            int length = slot.ends[at] - from;
            System.arraycopy(slot.bytes, from, bytes, size, length);
            size += length;
        }
        var last = template.pieces[slots.length];
        System.arraycopy(last, 0, bytes, size, last.length);
        return size + last.length;
    }
}
