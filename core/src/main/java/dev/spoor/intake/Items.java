package dev.spoor.intake;

import dev.spoor.event.Received;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts events out of JSON values that span lines or hold several events, while reading: a list of
 * any size passes with the memory of its largest item. Tracks only strings and brackets; whether an
 * item is sound is for its reader to judge.
 *
 * <p>Where the events stand is a path of keys and {@code []}; a top-level array is walked without
 * being named. A value in which the path is not found is itself the event, so files that mix lists
 * and single events keep both. After a fault the line is kept as a bad record and reading resumes
 * at the next line that looks like the start of an item.
 */
final class Items {
    private static final byte[] ARRAY = {};

    /** Longer keys are none of a path. */
    private static final int KEY_BYTES_MAX = 32;

    private enum Region {
        /** Belongs to no event. */
        GLUE,
        /** Not yet known whether an event begins here. */
        HELD,
        /** Belongs to an event. */
        EVENT
    }

    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed() {
            super(null, null, false, false);
        }
    }

    private static final Malformed MALFORMED = new Malformed();

    private final Window window;
    private final Delivery delivery;
    private final List<byte[][]> steps;
    private final boolean bare;
    private int at;
    private int start;
    private Region region = Region.GLUE;
    private boolean gaveUp;
    private boolean inPieces;
    private long line;
    private int counted;
    private long eventLine;
    private long item;
    private long rootLine;
    private int openArray = -1;
    private int indent = -1;

    /** How far what follows the last white space is indented; MAX_VALUE = not first on its line. */
    private int blankIndent;

    private final byte[] key = new byte[KEY_BYTES_MAX];

    /**
     * @param delivery takes the events
     */
    Items(Window window, Format format, Delivery delivery) {
        this.window = window;
        this.delivery = delivery;
        this.steps = steps(format.path());
        this.bare = format.path().isEmpty() || format.path().equals("items[]");
    }

    /** Each step is a list of alternative keys, or {@link #ARRAY}. */
    private static List<byte[][]> steps(String path) {
        var steps = new ArrayList<byte[][]>();
        if (path.isEmpty()) {
            return steps;
        }
        for (var part : path.split("\\.")) {
            var name = part.endsWith("[]") ? part.substring(0, part.length() - 2) : part;
            var keys = name.split("\\|");
            var alternatives = new byte[keys.length][];
            for (int i = 0; i < keys.length; i++) {
                alternatives[i] = keys[i].getBytes(StandardCharsets.UTF_8);
            }
            steps.add(alternatives);
            if (part.endsWith("[]")) {
                steps.add(new byte[][] {ARRAY});
            }
        }
        return steps;
    }

    /**
     * Reads to the end, from index {@code from} of the window, which stands in line {@code line}.
     */
    void run(int from, long line) {
        at = from;
        start = from;
        counted = from;
        this.line = line;
        boolean inside = false;
        while (true) {
            try {
                if (inside) {
                    resume();
                    inside = false;
                }
                roots();
                break;
            } catch (Malformed e) {
                if (at >= window.end && !more()) {
                    if (region == Region.GLUE) {
                        delivery.gap("cut", "the input ends inside a list of events", 0);
                    }
                    break;
                }
                inside = recover();
            }
        }
        end();
    }

    private void roots() throws Malformed {
        while (true) {
            int c = blank();
            if (c < 0) {
                return;
            }
            openArray = -1;
            long here = line();
            if (here != rootLine) {
                rootLine = here;
                item = 0;
            }
            value(0, true);
        }
    }

    /** Handles the value at {@link #at}; {@code step} is the next step of the path. */
    private void value(int step, boolean root) throws Malformed {
        byte c = window.bytes[at];
        if (root && c == '[') {
            elements(step, true);
        } else if (step == steps.size()) {
            event(root);
        } else if (steps.get(step)[0] == ARRAY) {
            if (c == '[') {
                elements(step + 1, false);
            } else {
                event(false);
            }
        } else if (c == '{') {
            object(step, root);
        } else if (root) {
            throw MALFORMED;
        } else {
            event(false);
        }
    }

    private void elements(int step, boolean root) throws Malformed {
        openArray = root ? -2 - step : step;
        at++;
        commit();
        restOfElements(step);
    }

    private void restOfElements(int step) throws Malformed {
        while (true) {
            int c = blank();
            if (c < 0) {
                throw MALFORMED;
            }
            if (c == ']') {
                at++;
                return;
            }
            if (c == ',') {
                at++;
                continue;
            }
            if (indent < 0) {
                indent = blankIndent;
            }
            value(step, false);
        }
    }

    /** An object in which the next key of the path is looked for; itself the event if absent. */
    private void object(int step, boolean root) throws Malformed {
        boolean holder = region == Region.GLUE;
        if (holder) {
            begin(Region.HELD);
        }
        boolean found = false;
        at++;
        while (true) {
            int c = blank();
            if (c < 0) {
                throw MALFORMED;
            }
            if (c == '}') {
                at++;
                break;
            }
            if (c == ',') {
                at++;
                continue;
            }
            if (c != '"') {
                throw MALFORMED;
            }
            boolean wanted = key(steps.get(step));
            if (blank() != ':') {
                throw MALFORMED;
            }
            at++;
            int v = blank();
            if (v < 0) {
                throw MALFORMED;
            }
            gaveUp |= at - start > Limits.EVENT_BYTES_MAX;
            if (wanted && !found && !gaveUp && fits(step, v)) {
                found = true;
                value(step + 1, false);
            } else {
                skip();
            }
        }
        if (holder && region != Region.GLUE) {
            deliver(at, number(root), !gaveUp && !(root && bare) ? Received.BAD : 0);
        }
    }

    /** A key of the path counts only when its value has the form the path needs. */
    private boolean fits(int step, int first) {
        boolean last = step + 1 == steps.size();
        if (last) {
            return first == '"' || first == '{';
        }
        return steps.get(step + 1)[0] == ARRAY ? first == '[' : first == '{';
    }

    /** The value at {@link #at} is an event. */
    private void event(boolean root) throws Malformed {
        byte c = window.bytes[at];
        commit();
        if (c == '"' && !steps.isEmpty()) {
            at++;
            commit();
            begin(Region.EVENT);
            boolean whole = string();
            if (!whole) {
                throw MALFORMED;
            }
            deliverString(at - 1, number(false));
            return;
        }
        if (root && c != '{') {
            throw MALFORMED;
        }
        begin(Region.EVENT);
        skip();
        deliver(at, number(root), 0);
    }

    /** Everything up to here belongs to no event after all. */
    private void commit() {
        if (region == Region.HELD || region == Region.GLUE) {
            count(at);
            delivery.glue.append(window.bytes, start, at);
            start = at;
            region = Region.GLUE;
        }
    }

    private void begin(Region next) {
        commit();
        eventLine = line;
        region = next;
        gaveUp = false;
    }

    /** A value alone on its line is the line; others are numbered. */
    private long number(boolean root) {
        item++;
        boolean large = inPieces || at - start > Limits.EVENT_BYTES_MAX;
        return root && item == 1 && !large && eventLine == line() ? 0 : item;
    }

    private void deliver(int to, long number, int flags) {
        while (to - start > Limits.EVENT_BYTES_MAX) {
            piece(number);
        }
        delivery.plain(window.bytes, start, to, eventLine, number, inPieces ? 0 : flags);
        inPieces = false;
        start = to;
        region = Region.GLUE;
    }

    private void deliverString(int to, long number) {
        if (to == start && !inPieces) {
            region = Region.GLUE; // an empty string tells nothing
            return;
        }
        if (inPieces || to - start > Limits.EVENT_BYTES_MAX) {
            deliver(to, number, 0);
            return;
        }
        delivery.escaped(window.bytes, start, to, eventLine, number, 0);
        start = to;
        region = Region.GLUE;
    }

    private void piece(long number) {
        int to = start + Limits.EVENT_BYTES_MAX;
        delivery.plain(window.bytes, start, to, eventLine, number, Received.PIECE);
        start = to;
        inPieces = true;
    }

    /** Skips a value of any kind. */
    private void skip() throws Malformed {
        if (at < window.end && ",]}:".indexOf(window.bytes[at]) >= 0) {
            throw MALFORMED; // a value is missing
        }
        long depth = 0;
        while (true) {
            byte[] bytes = window.bytes;
            int end = window.end;
            int i = at;
            loop:
            while (i < end) {
                switch (bytes[i]) {
                    case '"' -> {
                        at = i + 1;
                        if (!string()) {
                            throw MALFORMED;
                        }
                        bytes = window.bytes;
                        end = window.end;
                        i = at;
                        if (depth == 0) {
                            return;
                        }
                    }
                    case '{', '[' -> {
                        depth++;
                        i++;
                    }
                    case '}', ']' -> {
                        if (depth == 0) {
                            at = i;
                            return; // a scalar ends where its container does
                        }
                        i++;
                        if (--depth == 0) {
                            at = i;
                            return;
                        }
                    }
                    case ',' -> {
                        if (depth == 0) {
                            at = i;
                            return;
                        }
                        i++;
                    }
                    case ' ', '\t', '\r', '\n' -> {
                        if (depth == 0) {
                            at = i;
                            return;
                        }
                        i++;
                    }
                    case ':', '-', '+', '.' -> i++;
                    default -> {
                        byte b = bytes[i];
                        if (!((b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || b == 'E')) {
                            at = i;
                            break loop;
                        }
                        i++;
                    }
                }
            }
            if (i < end) {
                throw MALFORMED;
            }
            at = i;
            if (!more()) {
                if (depth == 0) {
                    return;
                }
                throw MALFORMED;
            }
        }
    }

    /** From behind the opening quote to behind the closing one; false at a raw line end. */
    private boolean string() throws Malformed {
        while (true) {
            byte[] bytes = window.bytes;
            int end = window.end;
            int i = at;
            while (i < end) {
                byte b = bytes[i];
                if (b == '"') {
                    at = i + 1;
                    return true;
                }
                if (b == '\\') {
                    i += 2;
                    continue;
                }
                if (b == '\n') {
                    at = i;
                    return false;
                }
                i++;
            }
            int beyond = i - end;
            at = end;
            if (!more()) {
                throw MALFORMED;
            }
            at += beyond;
        }
    }

    /** Reads a key and tells whether it is one of those wanted. */
    private boolean key(byte[][] wanted) throws Malformed {
        int length = 0;
        at++;
        while (true) {
            if (at >= window.end && !more()) {
                throw MALFORMED;
            }
            byte b = window.bytes[at++];
            if (b == '"') {
                break;
            }
            if (b == '\n') {
                at--;
                throw MALFORMED;
            }
            if (b == '\\') {
                if (at >= window.end && !more()) {
                    throw MALFORMED;
                }
                at++;
                length = KEY_BYTES_MAX + 1; // no key of ours has an escape
            }
            if (length < KEY_BYTES_MAX) {
                key[length] = b;
            }
            length++;
        }
        if (length > KEY_BYTES_MAX) {
            return false;
        }
        for (var name : wanted) {
            if (Arrays.equals(name, 0, name.length, key, 0, length)) {
                return true;
            }
        }
        return false;
    }

    /** Skips white space and byte order marks; the next byte, or -1 at the end. */
    private int blank() {
        blankIndent = Integer.MAX_VALUE;
        while (true) {
            while (at < window.end) {
                byte b = window.bytes[at];
                if (b == (byte) 0xef) {
                    while (window.end - at < 3 && more()) {
                        continue;
                    }
                    if (Recognition.mark(window.bytes, at, window.end)) {
                        at += 3;
                        continue;
                    }
                }
                switch (b) {
                    case '\n' -> blankIndent = 0;
                    case ' ', '\t' -> blankIndent += blankIndent == Integer.MAX_VALUE ? 0 : 1;
                    case '\r' -> {}
                    default -> {
                        return b & 0xff;
                    }
                }
                at++;
            }
            if (!more()) {
                return -1;
            }
        }
    }

    /** Reads on; what is decided is handed on before, so that only the undecided is kept. */
    private boolean more() {
        if (region == Region.GLUE) {
            commit();
        } else {
            while (at - start > Limits.EVENT_BYTES_MAX + 1) {
                gaveUp |= region == Region.HELD;
                region = Region.EVENT;
                piece(item + 1);
            }
        }
        count(at);
        int shift = start;
        at -= shift;
        counted -= shift;
        start = 0;
        boolean more = window.more(shift);
        return more;
    }

    private long line() {
        count(at);
        return line;
    }

    private void count(int to) {
        if (to > counted) {
            line += Newlines.count(window.bytes, counted, to);
            counted = to;
        }
    }

    /**
     * Keeps the rest of the line as a bad record and finds where to go on. True = inside the array
     * that was open, false = at the next value of the file.
     */
    private boolean recover() {
        if (region == Region.GLUE) {
            commit();
            begin(Region.EVENT);
        }
        region = Region.EVENT;
        boolean first = true;
        while (true) {
            int newline = lineEnd();
            if (newline < 0) {
                return false;
            }
            int to = newline > start && window.bytes[newline - 1] == '\r' ? newline - 1 : newline;
            if (to > start) {
                deliver(to, ++item, Received.BAD);
            } else if (first) {
                delivery.fault(line());
            }
            first = false;
            region = Region.GLUE;
            at = newline + 1;
            commit();
            int column = column();
            if (column >= 0 && openArray != -1 && column == indent) {
                return true;
            }
            if (column == 0) {
                return false;
            }
            begin(Region.EVENT);
            if (at >= window.end && !more()) {
                region = Region.GLUE;
                return false;
            }
        }
    }

    /** Index of the end of the line at {@link #at}, or -1 when the file ends before. */
    private int lineEnd() {
        int scanned = at;
        while (true) {
            int newline = Newlines.next(window.bytes, scanned, window.end);
            if (newline >= 0) {
                return newline;
            }
            at = window.end;
            if (!more()) {
                return -1;
            }
            scanned = at;
        }
    }

    /** How far the value that begins the line at {@link #at} is indented; -1 if none does. */
    private int column() {
        while (window.end - at < 256 && more()) {
            continue;
        }
        int i = at;
        while (i < window.end && (window.bytes[i] == ' ' || window.bytes[i] == '\t')) {
            i++;
        }
        return i < window.end && window.bytes[i] == '{' ? i - at : -1;
    }

    /** Goes on inside the array that was open when the fault came. */
    private void resume() throws Malformed {
        int step = openArray < -1 ? -2 - openArray : openArray;
        restOfElements(step);
        for (int outer = step - 1; outer >= 0; outer--) {
            if (steps.get(outer)[0] != ARRAY) {
                restOfObject();
            }
        }
    }

    /** The members behind those of interest. */
    private void restOfObject() throws Malformed {
        while (true) {
            int c = blank();
            if (c < 0) {
                throw MALFORMED;
            }
            at++;
            if (c == '}') {
                return;
            }
            if (c == '"') {
                if (!string()) {
                    throw MALFORMED;
                }
            } else if (c == '{' || c == '[') {
                at--;
                skip();
            }
        }
    }

    private void end() {
        count(at);
        if (region != Region.GLUE && (window.end > start || inPieces)) {
            at = window.end;
            deliver(at, ++item, Received.CUT);
        } else {
            at = window.end;
            region = Region.GLUE;
            commit();
        }
    }
}
