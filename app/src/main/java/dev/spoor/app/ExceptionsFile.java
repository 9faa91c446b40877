package dev.spoor.app;

import dev.spoor.detect.Exceptions;
import dev.spoor.fault.Rejected;
import dev.spoor.report.Visible;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The file given by {@code --exceptions}. */
final class ExceptionsFile {
    private ExceptionsFile() {}

    static Exceptions read(@Nullable Path path) {
        if (path == null) {
            return Exceptions.NONE;
        }
        var name = Visible.text(path.toString());
        try {
            if (Files.size(path) > Exceptions.FILE_CHARS_MAX) {
                throw new Rejected(
                        "--exceptions " + name + ": larger than " + Exceptions.FILE_CHARS_MAX);
            }
            return Exceptions.read(name, Files.readString(path));
        } catch (IOException e) {
            throw new Rejected("--exceptions " + name + ": cannot be read as text", e);
        }
    }
}
