package dev.spoor.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What is left for a while under the name of a journal or segment whose entries stand in another
 * file now. A plain copy that listed the folder before finds this instead of nothing, and so can
 * tell exactly what it lacks (docs/format/ledger.md).
 */
final class Moved {
    /** So many of the newest are left; copies that take longer than it takes to make these fail. */
    static final int LEFT_MAX = 256;

    private static final int BYTES_MAX = 160;
    private static final String HEAD = "spoor: entries ";

    private Moved() {}

    static byte[] note(long first, long end) {
        var text =
                HEAD
                        + "%d to %d stand in another file of this ledger now"
                                .formatted(first, end - 1);
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        return "%s; crc32c %08x\n"
                .formatted(text, SegmentWriter.crc(bytes, bytes.length))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Where the entries end that stood in this file; -1 when it holds no such note. */
    static long end(Path file, long first) throws IOException {
        if (Files.size(file) > BYTES_MAX) {
            return -1;
        }
        var bytes = Files.readAllBytes(file);
        var words = new String(bytes, StandardCharsets.UTF_8).split(" ", 6);
        try {
            long end = Long.parseLong(words[4]) + 1;
            return Arrays.equals(bytes, note(first, end)) ? end : -1;
        } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
            return -1; // damaged: it is taken for what its name says, and does not open
        }
    }

    /** What a copy says that was begun before entries moved into a file that it has not. */
    static String lacks(long from, long end) {
        return "entries %d to %d are missing: they moved into another file while this copy was made, and it lacks that file"
                .formatted(from, end - 1);
    }

    /** Puts a note in the place of a file; where there is no room for it, the file just goes. */
    static void leave(Disk disk, Path file, long first, long end) throws IOException {
        try {
            disk.replace(file, note(first, end));
        } catch (IOException e) {
            disk.delete(file);
            disk.forceFolder(java.util.Objects.requireNonNull(file.getParent()));
        }
        if (Files.exists(Folder.key(file))) {
            disk.delete(Folder.key(file));
        }
    }

    /** Takes the oldest notes away when there are too many. */
    static void trim(Disk disk, Path folder) throws IOException {
        var notes = Folder.list(folder).moved();
        for (int i = 0; i < notes.size() - LEFT_MAX; i++) {
            Folder.delete(disk, notes.get(i).path());
        }
    }
}
