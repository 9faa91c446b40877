package dev.spoor.ledger;

import dev.spoor.event.Escape;
import dev.spoor.event.Escaping;
import java.util.Iterator;

/** The entries of a journal's records, one after another, from one position on. */
final class JournalRows implements Row.Cursor {
    private final Iterator<Bytes> payloads;
    private final long from;
    private final String place;
    private Bytes.In in = new Bytes.In(new byte[0], "");
    private byte[] view = new byte[0];
    private long position;
    private long received;
    private int left;

    /**
     * @param payloads of records of entries
     */
    JournalRows(Iterator<Bytes> payloads, long from, String place) {
        this.payloads = payloads;
        this.from = from;
        this.place = place;
    }

    @Override
    public boolean next(Row row) {
        do {
            while (left == 0) {
                if (!payloads.hasNext()) {
                    return false;
                }
                start(payloads.next());
            }
            entry(row);
        } while (row.position < from);
        return true;
    }

    private void start(Bytes payload) {
        in = new Bytes.In(payload.array, 0, payload.size, place);
        in.u8();
        position = in.i64();
        left = in.i32();
        received = in.i64();
        if (position + left <= from) {
            left = 0; // none of it is asked for
        }
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
