package dev.spoor.ledger;

import dev.spoor.event.Gap;
import dev.spoor.fault.Tampered;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an earlier writer acknowledged and did not seal becomes segments, exactly once. */
final class Recovery {
    private Recovery() {}

    /**
     * Seals the journals that stand in the folder, signs, and takes them away.
     *
     * @return what was cut off by the writer's end, in words; null when nothing was
     * @throws Tampered when the journals do not give the notes in them
     */
    static @Nullable String run(History history) {
        var listing = Folder.list(history.folder);
        var journals = listing.journals();
        var found = new ArrayList<FoundJournal>();
        String cut = null;
        try {
            for (int i = 0; i < journals.size(); i++) {
                long until = i + 1 < journals.size() ? journals.get(i + 1).first() : Long.MAX_VALUE;
                var journal = FoundJournal.open(history.disk, journals.get(i), history.keys, until);
                found.add(journal);
                cut = journal.cut();
            }
            long end = history.tree.size();
            for (var journal : found) {
                end = Math.max(end, journal.end());
            }
            history.complete(end);
            if (listing.movedEnd() > end) {
                throw new Tampered(Moved.lacks(end, listing.movedEnd()));
            }
            var sealer = Sealer.of(history);
            for (var journal : found) {
                if (journal.end() > history.tree.size()) {
                    recover(history, sealer, journal);
                }
            }
            if (!found.isEmpty()) {
                history.publish(history.tree);
            }
            for (var journal : found) {
                journal.retire();
            }
            Moved.trim(history.disk, history.folder);
            return cut;
        } catch (IOException e) {
            throw new Unavailable("the journal could not be sealed: " + e.getMessage(), e);
        } finally {
            found.forEach(FoundJournal::close);
        }
    }

    static Gap gap(String cut, Instant at) {
        return new Gap(
                "cut",
                "journal",
                at,
                "the writer ended and the end of its journal was cut: "
                        + cut
                        + "; if the disk keeps what it confirms, nothing acknowledged is missing",
                0);
    }

    private static void recover(History history, Sealer sealer, FoundJournal journal) {
        long start = history.tree.size();
        if (journal.first() > start) {
            throw new Tampered(
                    journal.name() + ": the entries before it are missing (from " + start + " on)");
        }
        var notes = new ArrayList<>(journal.notes(history.chain().keys()));
        notes.add(history.checkpoint());
        var salts = new Salts(List.of(journal.salt()));
        var leaves = new Leaves();
        var rows = journal.rows(start);
        var row = new Row();
        while (rows.next(row)) {
            if (row.source == Ledger.OWN_SOURCE) {
                history.sources.add(SourceEntry.of(row.bytes, row.from, row.length, row.position));
            }
            leaves.add(row, history.sources, salts, history.tree);
            for (var note : notes) {
                if (note.size() == history.tree.size()
                        && !Arrays.equals(note.root(), history.tree.root())) {
                    throw new Tampered(
                            journal.name()
                                    + ": its first "
                                    + note.size()
                                    + " entries are not those that were signed");
                }
            }
        }
        seal(journal, start, sealer, history.sources);
    }

    private static void seal(
            FoundJournal journal, long from, Sealer sealer, List<SourceEntry> sources) {
        if (from < journal.end()) {
            sealer.seal(() -> journal.rows(from), sources, List.of(journal.salt()));
        }
    }
}
