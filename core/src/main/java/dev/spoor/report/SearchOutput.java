package dev.spoor.report;

import dev.spoor.hunt.Answer;
import dev.spoor.hunt.Query;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes the answer to a query as it comes. All forms but {@link #raw} mask secrets and show hidden
 * characters; a reader that goes away (a closed pipe) ends the search quietly.
 */
public abstract class SearchOutput implements Answer {
    private static final int FLUSH_EVERY = 256;

    private final OutputStream out;
    private boolean gone;
    private int written;

    SearchOutput(OutputStream out) {
        this.out = out;
    }

    /** A readable line per event; tables aligned, a timechart with bars. */
    public static SearchOutput text(OutputStream out, Query query, TerminalSummary.Look look) {
        return new SearchText(out, query, look);
    }

    /**
     * Events as NDJSON: {@code _time _kind _source _line _item _position}, then the fields of the
     * event in its normal form. A table as one document {@code {"columns":[…],"rows":[[…]]}}. Only
     * ASCII is written.
     */
    public static SearchOutput json(OutputStream out) {
        return new SearchJson(out);
    }

    /**
     * RFC 4180 with a header and CRLF. Text that a spreadsheet would run as a formula (it begins
     * with {@code = + - @}, tab or return) is given a leading apostrophe.
     */
    public static SearchOutput csv(OutputStream out) {
        return new SearchCsv(out);
    }

    /** Exactly the bytes received, unmasked, a line feed after each line; events only. */
    public static SearchOutput raw(OutputStream out) {
        return new SearchRaw(out);
    }

    /** To be called once when the hunt has ended well. */
    public void finish() {
        flush();
    }

    /** False when nobody reads any more. */
    final boolean write(byte[] bytes) {
        if (!gone) {
            try {
                out.write(bytes);
                if (++written % FLUSH_EVERY == 0) {
                    flush();
                }
            } catch (IOException e) {
                gone = true;
            }
        }
        return !gone;
    }

    final boolean write(String text) {
        return write(text.getBytes(StandardCharsets.UTF_8));
    }

    final void flush() {
        try {
            out.flush();
            gone = gone || out instanceof PrintStream stream && stream.checkError();
        } catch (IOException e) {
            gone = true;
        }
    }
}
