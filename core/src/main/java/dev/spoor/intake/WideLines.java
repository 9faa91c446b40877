package dev.spoor.intake;

import dev.spoor.event.Received;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Cuts lines of UTF-16. The original bytes of a line are kept; its view is the text as UTF-8. */
final class WideLines {
    private final Window window;
    private final Delivery delivery;
    private final Charset charset;
    private final int low;

    WideLines(Window window, Delivery delivery, Charset charset) {
        this.window = window;
        this.delivery = delivery;
        this.charset = charset;
        this.low = charset.equals(StandardCharsets.UTF_16LE) ? 0 : 1;
    }

    void run() {
        delivery.glue.append(window.bytes, 0, 2);
        int from = 2;
        int scanned = 2;
        long line = 1;
        while (true) {
            int newline = -1;
            for (int i = scanned; i + 1 < window.end; i += 2) {
                if (unit(i) == '\n') {
                    newline = i;
                    break;
                }
                // even number of bytes: a unit is never torn
                if (i - from >= Limits.EVENT_BYTES_MAX - 2) {
                    send(from, i, line, Received.PIECE);
                    from = i;
                }
            }
            if (newline >= 0) {
                int to = newline - 2 >= from && unit(newline - 2) == '\r' ? newline - 2 : newline;
                if (to > from) {
                    send(from, to, line, 0);
                }
                delivery.glue.append(window.bytes, to, newline + 2);
                from = newline + 2;
                scanned = from;
                line++;
                continue;
            }
            scanned = (window.end - from) / 2 * 2;
            boolean more = window.more(from);
            from = 0;
            if (!more) {
                if (window.end > 0) {
                    send(0, window.end, line, window.end % 2 == 0 ? 0 : Received.CUT);
                }
                return;
            }
        }
    }

    private int unit(int i) {
        return (window.bytes[i + low] & 0xff) | (window.bytes[i + 1 - low] & 0xff) << 8;
    }

    private void send(int from, int to, long line, int flags) {
        var text = new String(window.bytes, from, to - from, charset);
        delivery.viewed(window.bytes, from, to, text.getBytes(StandardCharsets.UTF_8), line, flags);
    }
}
