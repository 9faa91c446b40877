package dev.spoor.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.spoor.event.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/**
 * The page in a real Chromium; {@code src/test/browser/check.mjs} says what is checked. Needs node,
 * npm and Chromium ({@code $CHROMIUM}, else {@code /usr/bin/chromium}); without them it is skipped
 * with the reason, except in CI ({@code CI=true}), where it fails. Pictures lie in {@code
 * target/report}.
 */
class BrowserTest {
    private static final Path SCRIPTS = Path.of("src/test/browser");
    private static final Path OUT = Path.of("target/report");

    @TestFactory
    Stream<DynamicTest> aPageThatTellsIncidents() throws Exception {
        return checked("incidents", HtmlReportTest.page());
    }

    @TestFactory
    Stream<DynamicTest> aPageWithoutAnything() throws Exception {
        return checked("nothing", HtmlReportTest.emptyPage());
    }

    private static Stream<DynamicTest> checked(String name, String page) throws Exception {
        needs();
        Files.createDirectories(OUT);
        var file = OUT.resolve(name + ".html");
        Files.writeString(file, page);
        var output =
                run(
                        SCRIPTS,
                        "node",
                        "check.mjs",
                        file.toAbsolutePath().toString(),
                        OUT.resolve(name).toAbsolutePath().toString());
        var checks = new ArrayList<JsonNode>();
        output.lines()
                .filter(line -> line.startsWith("{"))
                .forEach(line -> checks.add(Json.mapper().readTree(line)));
        assertThat(checks).as(output).hasSizeGreaterThan(15);
        return checks.stream()
                .map(check ->
                        DynamicTest.dynamicTest(
                                name + ": " + check.path("check").asString(""),
                                () -> assertThat(check.path("faults")).isEmpty()));
    }

    private static void needs() throws Exception {
        var chromium = System.getenv().getOrDefault("CHROMIUM", "/usr/bin/chromium");
        if (!Files.isExecutable(Path.of(chromium))) {
            missing("no Chromium at " + chromium);
        }
        for (var tool : List.of("node", "npm")) {
            if (!onPath(tool)) {
                missing("no " + tool + " on the path");
            }
        }
        if (!Files.isDirectory(SCRIPTS.resolve("node_modules/playwright-core"))) {
            try {
                run(SCRIPTS, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            } catch (IOException e) {
                missing("npm ci does not work: " + e.getMessage());
            }
        }
    }

    private static void missing(String what) {
        if ("true".equals(System.getenv("CI"))) {
            fail(what + " (CI must have it)");
        }
        abort("page not tried in a browser: " + what);
    }

    private static boolean onPath(String tool) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }

    private static String run(Path folder, String... command)
            throws IOException, InterruptedException {
        var log = Files.createTempFile("spoor-browser", ".log");
        try {
            var process =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            if (!process.waitFor(3, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException(command[0] + " did not end in three minutes");
            }
            var output = Files.readString(log, StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
            return output;
        } finally {
            Files.deleteIfExists(log);
        }
    }
}
