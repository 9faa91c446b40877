package dev.spoor.app;

import dev.spoor.fault.Rejected;
import dev.spoor.ledger.LedgerReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A folder made by {@code --data}: the evidence in {@code DIR/ledger}. */
final class Kept {
    private Kept() {}

    static Path ledger(Path data) {
        return data.resolve("ledger");
    }

    /**
     * The ledger that the paths name, given as {@code DIR} or as {@code DIR/ledger}; null when they
     * are logs.
     *
     * @throws Rejected when a ledger stands beside other paths
     */
    static @Nullable Path among(List<String> paths) {
        Path found = null;
        for (var path : paths) {
            found = found == null ? at(path) : found;
        }
        if (found != null && paths.size() > 1) {
            throw new Rejected(
                    "a kept ledger is read alone (expected: only " + found + ", or only logs)");
        }
        return found;
    }

    /**
     * The ledger to be verified, whatever is left of it.
     *
     * @throws Rejected when nothing in the folder looks like one
     */
    static Path toVerify(Path data) {
        if (Files.isDirectory(ledger(data))) {
            return ledger(data);
        }
        if (!LedgerReader.remains(data)) {
            throw new Rejected(data + " holds no ledger (expected: a folder made by scan --data)");
        }
        return data;
    }

    private static @Nullable Path at(String given) {
        if (given.equals("-") || given.indexOf('\0') >= 0) {
            return null;
        }
        var path = Path.of(given);
        if (Files.isDirectory(ledger(path)) && LedgerReader.isLedger(ledger(path))) {
            return ledger(path);
        }
        return Files.isDirectory(path) && LedgerReader.isLedger(path) ? path : null;
    }
}
