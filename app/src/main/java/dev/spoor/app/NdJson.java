package dev.spoor.app;

import java.io.PrintStream;
import java.util.Map;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** Answers as NDJSON, one object a line; safe to print, since only ASCII is written. */
final class NdJson {
    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build())
                    .build();

    private NdJson() {}

    /** The map's order is the object's; null stands as null. */
    static void line(PrintStream out, Map<String, ?> object) {
        out.print(text(object) + "\n");
    }

    /** A value as JSON. */
    static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }
}
