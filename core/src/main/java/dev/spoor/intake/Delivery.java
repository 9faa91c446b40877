package dev.spoor.intake;

import dev.spoor.event.Escape;
import dev.spoor.event.Escaping;
import dev.spoor.event.EventSink;
import dev.spoor.event.Gap;
import dev.spoor.event.Received;

/** Hands one source's events and glue to the sink and counts what was broken. */
final class Delivery {
    private final EventSink sink;
    private final int source;
    private final String path;
    final Glue glue;
    private final Received record = new Received();
    private byte[] view = new byte[4096];
    private long events;
    private final Tally bad =
            new Tally("parse", "%s not of the recognised format, the first at line %d");
    private final Tally cut = new Tally("cut", "%s cut off before the end, the first at line %d");
    private final Tally large =
            new Tally(
                    "limit",
                    "%s longer than "
                            + Limits.EVENT_BYTES_MAX
                            + " bytes: kept in pieces, not read as events, the first at line %d");

    private static final class Tally {
        private final String kind;
        private final String detail;
        private long count;
        private long first;

        Tally(String kind, String detail) {
            this.kind = kind;
            this.detail = detail;
        }

        String detail() {
            var records = count == 1 ? "1 record is" : count + " records are";
            return detail.formatted(records, first);
        }

        void add(long line) {
            if (count++ == 0) {
                first = line;
            }
        }
    }

    Delivery(EventSink sink, int source, String path) {
        this.sink = sink;
        this.source = source;
        this.path = path;
        this.glue = new Glue(sink, source);
        record.source = source;
    }

    long events() {
        return events;
    }

    /** An event whose bytes are readable as they stand. */
    void plain(byte[] bytes, int from, int to, long line, long item, int flags) {
        glue.event();
        record.plain(bytes, from, to - from);
        send(line, item, flags);
    }

    /** An event of which a part is the readable view. */
    void prefixed(byte[] bytes, int from, int json, int to, long line, int flags) {
        glue.event();
        record.plain(bytes, from, to - from);
        room(to - from);
        System.arraycopy(bytes, from, view, 0, to - from);
        record.view = view;
        record.viewOffset = json - from;
        record.viewLength = to - json;
        record.escape = Escape.OTHER;
        send(line, 0, flags);
    }

    /** An event whose view was made elsewhere and cannot give the original back. */
    void viewed(byte[] bytes, int from, int to, byte[] text, long line, int flags) {
        glue.event();
        record.plain(bytes, from, to - from);
        record.view = text;
        record.viewOffset = 0;
        record.viewLength = text.length;
        record.escape = Escape.OTHER;
        send(line, 0, flags);
    }

    /** An event inside a JSON string: {@code from..to} stands between the quotes. */
    void escaped(byte[] bytes, int from, int to, long line, long item, int flags) {
        glue.event();
        record.plain(bytes, from, to - from);
        room(to - from);
        int length = Escaping.decode(bytes, from, to, view);
        var escape = Escaping.dialect(bytes, from, to, view, 0, length);
        if (escape != Escape.NONE) {
            record.view = view;
            record.viewOffset = 0;
            record.viewLength = length;
            record.escape = escape;
        }
        int all = flags;
        if (all == 0 && jsonCut(view, 0, length)) {
            all = Received.CUT;
        }
        send(line, item, all);
    }

    private void room(int length) {
        if (view.length < length) {
            view = new byte[Math.max(length, view.length * 2)];
        }
    }

    /** A JSON object that was cut off: starts like one and does not end like one. */
    static boolean jsonCut(byte[] bytes, int from, int to) {
        int last = to - 1;
        while (last >= from && bytes[last] <= ' ' && bytes[last] >= 0) {
            last--;
        }
        return to > from && bytes[from] == '{' && bytes[last] != '}';
    }

    private void send(long line, long item, int flags) {
        record.line = line;
        record.item = item;
        record.flags = flags;
        if (flags != 0) {
            count(line, flags);
        }
        events++;
        sink.take(record);
    }

    private boolean inPieces;

    private void count(long line, int flags) {
        if ((flags & Received.BAD) != 0) {
            bad.add(line);
        }
        if ((flags & Received.CUT) != 0) {
            cut.add(line);
        }
        if ((flags & Received.PIECE) != 0 && !inPieces) {
            large.add(line);
        }
        inPieces = (flags & Received.PIECE) != 0;
    }

    /** Counts a fault that left no record of its own. */
    void fault(long line) {
        bad.add(line);
    }

    void gap(String kind, String detail, long count) {
        sink.gap(source, new Gap(kind, path, null, detail, count));
    }

    /** The source ends: tells its last glue and its gaps. */
    void finish() {
        glue.finish();
        for (var tally : new Tally[] {bad, cut, large}) {
            if (tally.count > 0) {
                gap(tally.kind, tally.detail(), tally.count);
            }
        }
    }
}
