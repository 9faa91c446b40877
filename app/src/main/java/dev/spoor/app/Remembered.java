package dev.spoor.app;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes what a command remembers for its next run: all at once or not at all. */
final class Remembered {
    private Remembered() {}

    /**
     * Puts the text in place of what the file held; its folder is made if need be. What cannot be
     * kept is told, and no failure: the answer was given already.
     *
     * @param what is remembered, in a word or two
     */
    static void write(Path file, String text, String what, Surroundings surroundings) {
        try {
            var folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            var part = file.resolveSibling(file.getFileName() + ".part");
            Files.writeString(part, text);
            try {
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            surroundings.note(what + " is not remembered: " + e.getMessage());
        }
    }
}
