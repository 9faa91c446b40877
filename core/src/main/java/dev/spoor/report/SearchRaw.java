package dev.spoor.report;

import dev.spoor.event.Received;
import dev.spoor.fault.Rejected;
import dev.spoor.query.Stored;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Original bytes; the pieces of one long line are joined again. */
final class SearchRaw extends SearchOutput {
    private static final byte[] LINE_FEED = {'\n'};

    private @Nullable Stored open;

    SearchRaw(OutputStream out) {
        super(out);
    }

    @Override
    public boolean event(Stored event) {
        boolean goesOn =
                open != null
                        && open.source().id() == event.source().id()
                        && open.line() == event.line()
                        && open.position() < event.position();
        if (open != null && !goesOn) {
            write(LINE_FEED);
        }
        open = (event.flags() & Received.PIECE) == 0 ? null : event;
        boolean read = write(event.original());
        return open == null ? write(LINE_FEED) : read;
    }

    @Override
    public void columns(List<String> names) {
        throw new Rejected(
                "raw: a table has no original bytes (expected: a query that gives events)");
    }

    @Override
    public boolean row(List<JsonNode> cells) {
        return false;
    }

    @Override
    public void finish() {
        if (open != null) {
            write(LINE_FEED);
            open = null;
        }
        super.finish();
    }
}
