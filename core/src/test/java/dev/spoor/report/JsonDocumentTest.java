package dev.spoor.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.event.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.SerializationFeature;

class JsonDocumentTest {
    private static final Path GOLDEN = Path.of("src/test/resources/report/scan.json");

    /** After a wanted change: {@code -Dgolden=write} rewrites the file; read the difference. */
    @Test
    void theDocumentIsAsTheContractShowsIt() throws IOException {
        var pretty =
                Json.mapper()
                                .writer()
                                .with(SerializationFeature.INDENT_OUTPUT)
                                .writeValueAsString(Json.mapper().readTree(written()))
                        + "\n";
        if ("write".equals(System.getProperty("golden"))) {
            Files.createDirectories(GOLDEN.getParent());
            Files.writeString(GOLDEN, pretty);
        }
        assertThat(pretty).isEqualTo(Files.readString(GOLDEN));
    }

    @Test
    void theSameResultGivesTheSameBytes() throws IOException {
        assertThat(written()).isEqualTo(written());
    }

    @Test
    void theDocumentIsOneLineThatSteersNoTerminal() throws IOException {
        var text = written();
        assertThat(text).endsWith("}\n").doesNotContain("\u202e", "\u001b", "\u0007");
        assertThat(text.indexOf('\n')).isEqualTo(text.length() - 1);
        assertThat(
                        Json.mapper()
                                .readTree(text)
                                .path("incidents")
                                .path(0)
                                .path("story")
                                .path(7)
                                .asString(""))
                .contains("log-\u202egpj.tator \u001b[2J\u0007");
    }

    @Test
    void aLoneSurrogateDoesNotBreakTheDocument() throws IOException {
        var scan = Recorded.scan();
        var broken =
                new ScanResult(
                        "0.1.0\ud800",
                        scan.input(),
                        scan.findings(),
                        scan.incidents(),
                        scan.readiness(),
                        scan.exceptions(),
                        scan.ledger());
        var out = new ByteArrayOutputStream();
        JsonDocument.write(broken, out);
        assertThat(Json.mapper().readTree(out.toByteArray()).path("spoor").asString(""))
                .isEqualTo("0.1.0\ufffd");
    }

    private static String written() throws IOException {
        var out = new ByteArrayOutputStream();
        JsonDocument.write(Recorded.scan(), out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
