package dev.spoor.ledger;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A segment that is written and forced, still under the name that means nothing. It holds nothing
 * of what it was written with: however many wait for their place, they cost no memory to speak of.
 */
final class FinishedSegment implements AutoCloseable {
    private final Disk disk;
    private final Path unfinished;
    private final Path target;
    private final int rewritten;
    private boolean placed;

    FinishedSegment(Disk disk, Path unfinished, Path target, int rewritten) {
        this.disk = disk;
        this.unfinished = unfinished;
        this.target = target;
        this.rewritten = rewritten;
    }

    /** Events that were kept as one value because their columns did not give them back. */
    int rewritten() {
        return rewritten;
    }

    /**
     * Gives it the name under which it counts; the folder is forced by the caller.
     *
     * @return the name that it had
     */
    Path place() throws IOException {
        disk.move(unfinished, target);
        placed = true;
        return unfinished;
    }

    /** Takes it away unless it was placed. */
    @Override
    public void close() {
        if (!placed) {
            takeAway(disk, unfinished, target);
        }
    }

    static void takeAway(Disk disk, Path unfinished, Path target) {
        try {
            disk.delete(unfinished);
            disk.delete(Folder.key(target));
        } catch (IOException e) {
            // it means nothing, and the next writer takes it away
        }
    }
}
