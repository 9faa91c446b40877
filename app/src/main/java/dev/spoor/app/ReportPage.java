package dev.spoor.app;

import dev.spoor.fault.Rejected;
import dev.spoor.fault.Unavailable;
import dev.spoor.query.EventSearch;
import dev.spoor.report.HtmlReport;
import dev.spoor.report.ScanResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/** The file that {@code --report} names; there as a whole or not at all. */
final class ReportPage {
    private final Path path;

    private ReportPage(Path path) {
        this.path = path;
    }

    /**
     * Looks before anything is read whether the page can be written.
     *
     * @return null for null
     */
    static @Nullable ReportPage at(@Nullable Path path) {
        if (path == null) {
            return null;
        }
        var folder = folder(path);
        if (Files.isDirectory(path)) {
            throw new Rejected("--report " + path + " is a folder (expected: a file)");
        }
        if (!Files.isDirectory(folder)) {
            throw new Rejected("--report " + path + ": there is no folder " + folder);
        }
        if (!Files.isWritable(folder)) {
            throw new Rejected("--report " + path + ": " + folder + " cannot be written to");
        }
        return new ReportPage(path);
    }

    private static Path folder(Path path) {
        var parent = path.toAbsolutePath().getParent();
        return parent == null ? path.toAbsolutePath() : parent;
    }

    void write(ScanResult result, EventSearch events) {
        Path partial = null;
        try {
            partial = Files.createTempFile(folder(path), ".spoor-", ".html");
            try (var writer = Files.newBufferedWriter(partial, StandardCharsets.UTF_8)) {
                HtmlReport.write(result, events, writer);
            }
            Files.move(partial, path, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new Unavailable("the page could not be written: " + e.getMessage(), e);
        } finally {
            discard(partial);
        }
    }

    private static void discard(@Nullable Path partial) {
        try {
            if (partial != null) {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            // Nothing depends on it; the name says whose it is
        }
    }

    /** As something a browser opens. */
    String address() {
        return path.toAbsolutePath().normalize().toUri().toString();
    }
}
