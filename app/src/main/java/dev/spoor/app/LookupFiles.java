package dev.spoor.app;

import dev.spoor.fault.Rejected;
import dev.spoor.fault.Unavailable;
import dev.spoor.hunt.LookupTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tables that a query names, read from the files of whoever asks. */
final class LookupFiles implements LookupTable.Tables {
    @Override
    public LookupTable table(String name) {
        var path = Path.of(name);
        if (!Files.isRegularFile(path)) {
            throw new Rejected("lookup " + name + ": no such file");
        }
        try (var in = Files.newInputStream(path)) {
            return LookupTable.read(name, in.readNBytes(LookupTable.BYTES_MAX + 1));
        } catch (IOException e) {
            throw new Unavailable("lookup " + name + " could not be read: " + e.getMessage(), e);
        }
    }
}
