package dev.spoor.intake;

import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Cuts a source whose lines are its events. The hot path of the whole system: slices of the window
 * are handed on, nothing is copied or allocated per line.
 */
final class Lines {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** The bytes {@code "EventLi} of {@code {"kind":"EventList"}, which stand at index 8. */
    private static final long EVENT_LIST = 0x694c746e65764522L;

    private final Window window;
    private final Format format;
    private final Delivery delivery;
    private final boolean json;
    private final boolean mayHoldLists;
    private long line = 1;
    private int from;
    private boolean inPieces;

    Lines(Window window, Format format, Delivery delivery) {
        this.window = window;
        this.format = format;
        this.delivery = delivery;
        this.json = format.json();
        this.mayHoldLists =
                format.kind() == Kind.KUBERNETES_AUDIT && format.wrapping() == Wrapping.NATIVE;
    }

    /** Reads to the end, from {@code start} on (behind a byte order mark). */
    void run(int start) {
        from = start;
        int scanned = start;
        while (true) {
            int newline = Newlines.next(window.bytes, scanned, window.end);
            if (newline >= 0) {
                if (mayHoldLists && !inPieces && list()) {
                    new Items(window, format.withPath("items[]"), delivery).run(from, line);
                    return;
                }
                whole(newline);
                from = newline + 1;
                scanned = from;
                line++;
                continue;
            }
            // one more byte than a piece and a possible carriage return: the line goes on behind it
            while (window.end - from > Limits.EVENT_BYTES_MAX + 1) {
                piece();
            }
            scanned = window.end - from;
            boolean more = window.more(from);
            from = 0;
            if (!more) {
                rest();
                return;
            }
        }
    }

    private boolean list() {
        return window.end - from >= 16 && (long) LONG.get(window.bytes, from + 8) == EVENT_LIST;
    }

    private void piece() {
        int to = from + Limits.EVENT_BYTES_MAX;
        delivery.plain(window.bytes, from, to, line, 0, Received.PIECE);
        from = to;
        inPieces = true;
    }

    private void whole(int newline) {
        byte[] bytes = window.bytes;
        int to = newline > from && bytes[newline - 1] == '\r' ? newline - 1 : newline;
        while (to - from > Limits.EVENT_BYTES_MAX) {
            piece();
        }
        take(to, true);
        delivery.glue.append(bytes, to, newline + 1);
    }

    /** What stands behind the last line end. */
    private void rest() {
        if (window.end > from) {
            while (window.end - from > Limits.EVENT_BYTES_MAX) {
                piece();
            }
            take(window.end, false);
        }
    }

    private void take(int to, boolean terminated) {
        byte[] bytes = window.bytes;
        if (inPieces) {
            inPieces = false;
            delivery.plain(bytes, from, to, line, 0, 0);
            return;
        }
        if (from < to && bytes[from] == (byte) 0xef && Recognition.mark(bytes, from, to)) {
            delivery.glue.append(bytes, from, from + 3);
            from += 3;
        }
        if (from == to || (bytes[from] <= ' ' && bytes[from] >= 0 && blank(bytes, from, to))) {
            delivery.glue.append(bytes, from, to);
            return;
        }
        switch (format.framing()) {
            case PREFIXED_LINES -> prefixed(to);
            case LINES, ITEMS, WIDE_LINES ->
                    delivery.plain(bytes, from, to, line, 0, flags(to, terminated));
        }
    }

    private static boolean blank(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    private int flags(int to, boolean terminated) {
        byte[] bytes = window.bytes;
        if (json) {
            if (bytes[from] == '{' && bytes[to - 1] == '}') {
                return 0;
            }
            return jsonFlags(bytes, from, to);
        }
        if (LineKinds.holds(format.kind(), bytes, from, to)) {
            return 0;
        }
        return terminated ? Received.BAD : Received.CUT;
    }

    private static int jsonFlags(byte[] bytes, int from, int to) {
        int first = from;
        while (first < to && (bytes[first] == ' ' || bytes[first] == '\t')) {
            first++;
        }
        if (bytes[first] != '{') {
            return Received.BAD;
        }
        return Delivery.jsonCut(bytes, first, to) ? Received.CUT : 0;
    }

    private void prefixed(int to) {
        byte[] bytes = window.bytes;
        int view = LineKinds.behindPrefix(bytes, from, to);
        if (view < 0) {
            delivery.plain(bytes, from, to, line, 0, Received.BAD);
            return;
        }
        int flags = Delivery.jsonCut(bytes, view, to) ? Received.CUT : 0;
        delivery.prefixed(bytes, from, view, to, line, flags);
    }
}
