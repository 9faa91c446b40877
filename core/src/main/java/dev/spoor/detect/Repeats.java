package dev.spoor.detect;

import dev.spoor.event.Scanned;
import tools.jackson.core.JacksonException;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** Whether an event names a member twice, so that its columns say more than the event means. */
final class Repeats {
    private static final JsonFactory STRICT =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private Repeats() {}

    /** Also true for what is not well-formed: its columns cannot be trusted either. */
    static boolean repeatedKeys(Scanned event) {
        try (var parser =
                STRICT.createParser(
                        ObjectReadContext.empty(), event.bytes(), event.offset(), event.length())) {
            while (parser.nextToken() != null) {
                // reading to the end is the test
            }
            return false;
        } catch (JacksonException e) {
            return true;
        }
    }
}
