package dev.spoor.ledger;

import dev.spoor.event.Escape;
import dev.spoor.event.Escaping;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The entries of a journal's records, one after another, from one position on. */
final class JournalRows implements Row.Cursor {
    private final Iterator<Bytes> payloads;
    private final long from;
    private final String place;
    private @Nullable JournalSegment segment;
    private boolean own; // of this cursor alone
    private Bytes.In in = new Bytes.In(new byte[0], "");
    private byte[] view = new byte[0];
    private @Nullable Block block;
    private int blockRow;
    private long position;
    private long received;
    private int left;

    /**
     * @param payloads of records of entries, and of the words that stand before blocks
     */
    JournalRows(Iterator<Bytes> payloads, long from, String place) {
        this(payloads, from, place, null);
    }

    /**
     * @param segment what the blocks among them refer to; null where their words are among them
     */
    JournalRows(
            Iterator<Bytes> payloads, long from, String place, @Nullable JournalSegment segment) {
        this.payloads = payloads;
        this.from = from;
        this.place = place;
        this.segment = segment;
    }

    @Override
    public boolean next(Row row) {
        do {
            while (left == 0) {
                if (!payloads.hasNext()) {
                    forget();
                    return false;
                }
                start(payloads.next());
            }
            if (block == null) {
                entry(row);
            } else {
                SegmentRows.fill(block, blockRow++, row);
                position++;
                left--;
            }
        } while (row.position < from);
        return true;
    }

    private void start(Bytes payload) {
        in = new Bytes.In(payload.array, 0, payload.size, place);
        int type = in.u8();
        position = in.i64();
        left = in.i32();
        received = in.i64();
        block = null;
        if (type == JournalFormat.WORDS) {
            words(payload);
        } else if (position + left <= from) {
            left = 0; // none of it is asked for
        } else if (type == JournalFormat.BLOCK) {
            block(payload);
        }
    }

    private void words(Bytes payload) {
        var known = segment;
        if (known == null || JournalSegment.begins(payload, place)) {
            forget();
            known = new JournalSegment(place);
            segment = known;
            own = true;
        }
        known.add(payload);
    }

    private void forget() {
        if (own && segment != null) {
            segment.close();
            segment = null;
        }
    }

    /** Its first rows may be entries that stand in records before. */
    private void block(Bytes payload) {
        if (segment == null) {
            throw in.bad("a block stands before the words that it is made of");
        }
        var found = segment.block(payload);
        long skipped = position - found.first();
        if (skipped < 0 || skipped + left != found.rows()) {
            throw in.bad("a block of " + found.rows() + " entries starts at " + found.first());
        }
        blockRow = (int) skipped;
        block = found;
    }

    private void entry(Row row) {
        row.position = position++;
        row.received = received;
        row.source = (int) Numbers.unzigzag(in.varint());
        row.line = in.varint();
        row.item = in.varint();
        row.flags = in.u8();
        row.length = in.count(in.end - in.at);
        row.bytes = in.array;
        row.from = in.at;
        in.need(row.length);
        in.at += row.length;
        row.view = row.bytes;
        row.viewFrom = row.from;
        row.viewLength = row.length;
        int escape = row.escape();
        if (escape == Escape.OTHER.ordinal()) {
            row.viewLength = in.count(in.end - in.at);
            row.viewFrom = in.at;
            in.need(row.viewLength);
            in.at += row.viewLength;
        } else if (escape != Escape.NONE.ordinal()) {
            if (view.length < row.length) {
                view = new byte[Math.max(row.length, 2 * view.length)];
            }
            row.viewLength = Escaping.decode(row.bytes, row.from, row.from + row.length, view);
            row.view = view;
            row.viewFrom = 0;
        }
        if (--left == 0) {
            in.done();
        }
    }
}
