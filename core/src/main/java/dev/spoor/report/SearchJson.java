package dev.spoor.report;

import dev.spoor.query.Stored;
import java.io.OutputStream;
import java.util.List;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class SearchJson extends SearchOutput {
    private static final JsonMapper ASCII =
            JsonMapper.builder(
                            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build())
                    .build();

    private boolean table;
    private boolean rows;

    SearchJson(OutputStream out) {
        super(out);
    }

    @Override
    public boolean event(Stored event) {
        return write(ASCII.writeValueAsString(EventFields.of(event)) + "\n");
    }

    @Override
    public void columns(List<String> names) {
        table = true;
        write("{\"columns\":" + ASCII.writeValueAsString(names) + ",\"rows\":[");
    }

    @Override
    public boolean row(List<JsonNode> cells) {
        var comma = rows ? ",\n" : "\n";
        rows = true;
        return write(comma + ASCII.writeValueAsString(cells));
    }

    @Override
    public void finish() {
        if (table) {
            write(rows ? "\n]}\n" : "]}\n");
        }
        super.finish();
    }
}
