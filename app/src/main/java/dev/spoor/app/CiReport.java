package dev.spoor.app;

import dev.spoor.fault.Unavailable;
import dev.spoor.report.Visible;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was checked, in the forms that CI systems read: JUnit XML (the schema of the JUnit task of
 * Ant, as Jenkins and GitLab read it) and workflow commands of GitHub Actions. Texts come from
 * rules that a stranger may have proposed: none of them can end an element or begin a command.
 */
final class CiReport {
    /**
     * One thing that was checked.
     *
     * @param group what belongs together, such as a rule
     * @param line from 1; 0 = none
     * @param column from 1; 0 = none
     * @param failure null when it holds
     */
    record Checked(
            String file,
            int line,
            int column,
            String group,
            String name,
            @Nullable String failure,
            List<Warning> warnings) {
        Checked {
            warnings = List.copyOf(warnings);
        }
    }

    /** Something to look at that is no failure. */
    record Warning(int line, int column, String text) {}

    private final String suite;
    private final List<Checked> all = new ArrayList<>();

    /**
     * @param suite the command
     */
    CiReport(String suite) {
        this.suite = suite;
    }

    void add(Checked checked) {
        all.add(checked);
    }

    /** {@code ::error file=…,line=…,col=…,title=…::…}, one line each, warnings as well. */
    List<String> annotations() {
        var lines = new ArrayList<String>();
        for (var one : all) {
            if (one.failure() != null) {
                lines.add(command("error", one, one.line(), one.column(), one.failure()));
            }
            for (var warning : one.warnings()) {
                lines.add(
                        command("warning", one, warning.line(), warning.column(), warning.text()));
            }
        }
        return lines;
    }

    private static String command(String word, Checked one, int line, int column, String text) {
        var command = new StringBuilder("::").append(word);
        command.append(" file=").append(property(one.file()));
        if (line > 0) {
            command.append(",line=").append(line);
        }
        if (column > 0) {
            command.append(",col=").append(column);
        }
        command.append(",title=").append(property(one.group()));
        var named = one.name().equals(one.file()) ? text : one.name() + ": " + text;
        return command.append("::").append(data(named)).toString();
    }

    /**
     * As the toolkit of GitHub Actions escapes a command's text (actions/toolkit,
     * core/src/command.ts); besides, the old form of a command ({@code ##[…]}), which the runner
     * looks for anywhere in a line, is taken apart.
     */
    private static String data(String text) {
        return Arrays.stream(text.split("\\R"))
                .map(line -> Visible.text(line).replace("%", "%25").replace("##[", "## ["))
                .collect(Collectors.joining("%0A"));
    }

    private static String property(String text) {
        return data(text).replace(":", "%3A").replace(",", "%2C");
    }

    /**
     * Writes everything as JUnit XML.
     *
     * @throws Unavailable when the file cannot be written
     */
    void junit(Path file) {
        long failed = all.stream().filter(one -> one.failure() != null).count();
        try (var out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            out.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
            var counts = "tests=\"%d\" failures=\"%d\" errors=\"0\"".formatted(all.size(), failed);
            out.write("<testsuites %s>\n".formatted(counts));
            out.write(
                    "<testsuite name=\"%s\" %s skipped=\"0\" time=\"0\">\n"
                            .formatted(xml(suite), counts));
            for (var one : all) {
                junit(out, one);
            }
            out.write("</testsuite>\n</testsuites>\n");
        } catch (IOException e) {
            throw new Unavailable("--junit " + Visible.text(file.toString()) + ": " + e, e);
        }
    }

    private static void junit(Writer out, Checked one) throws IOException {
        out.write(
                "  <testcase classname=\"%s\" name=\"%s\" file=\"%s\" line=\"%d\" time=\"0\">"
                        .formatted(
                                xml(one.group()),
                                xml(one.name()),
                                xml(one.file()),
                                Math.max(1, one.line())));
        if (one.failure() != null) {
            out.write(
                    "<failure message=\"%s\" type=\"%s\">%s</failure>"
                            .formatted(
                                    xml(one.failure()),
                                    "failed",
                                    xml(
                                            place(one.file(), one.line(), one.column())
                                                    + one.failure())));
        }
        if (!one.warnings().isEmpty()) {
            out.write("<system-out>");
            for (var warning : one.warnings()) {
                out.write(
                        xml(place(one.file(), warning.line(), warning.column()) + warning.text())
                                + "\n");
            }
            out.write("</system-out>");
        }
        out.write("</testcase>\n");
    }

    private static String place(String file, int line, int column) {
        return file + (line > 0 ? ":" + line : "") + (column > 0 ? ":" + column : "") + ": ";
    }

    /** Text of an attribute or an element; what XML 1.0 cannot hold is written as an escape. */
    private static String xml(String text) {
        return Visible.text(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
