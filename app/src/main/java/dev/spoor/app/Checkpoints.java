package dev.spoor.app;

import dev.spoor.fault.Tampered;
import dev.spoor.report.ScanResult;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads a checkpoint note (C2SP tlog-checkpoint): origin, size and root on a line each. */
final class Checkpoints {
    private Checkpoints() {}

    static ScanResult.Evidence evidence(String note, @Nullable Path kept) {
        var lines = note.split("\n", 4);
        try {
            return new ScanResult.Evidence(
                    Long.parseLong(lines[1]),
                    lines[2],
                    note,
                    kept == null ? null : kept.toString());
        } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
            throw new Tampered("the checkpoint is not one (expected: origin, size, root)", e);
        }
    }
}
