package dev.spoor.ledger;

import dev.spoor.fault.Tampered;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A journal that an earlier writer left, up to its last whole record or the next journal. */
final class FoundJournal implements AutoCloseable {
    private final Disk disk;
    private final Folder.JournalFile file;
    private final JournalReader reader;
    private final List<JournalReader.Head> records;
    private final List<JournalReader.Head> notes;
    private final long end;
    private final @Nullable String cut;

    private FoundJournal(
            Disk disk,
            Folder.JournalFile file,
            JournalReader reader,
            List<JournalReader.Head> records,
            List<JournalReader.Head> notes,
            long end,
            @Nullable String cut) {
        this.disk = disk;
        this.file = file;
        this.reader = reader;
        this.records = List.copyOf(records);
        this.notes = List.copyOf(notes);
        this.end = end;
        this.cut = cut;
    }

    /**
     * Looks at the heads of all records; their payloads are checked when they are read.
     *
     * @param until where the next journal begins; {@link Long#MAX_VALUE} when there is none
     */
    static FoundJournal open(Disk disk, Folder.JournalFile file, LedgerKeys keys, long until) {
        var reader = JournalReader.open(file, keys);
        try {
            var heads = new ArrayList<JournalReader.Head>();
            var cut = heads(reader, until, heads);
            if (until == Long.MAX_VALUE) {
                cut = unforced(reader, heads, cut);
            }
            var records = new ArrayList<JournalReader.Head>();
            var notes = new ArrayList<JournalReader.Head>();
            long end = file.first();
            for (var head : heads) {
                if (head.type() == JournalFormat.NOTE) {
                    notes.add(head);
                } else if (JournalFormat.told(head.type())) {
                    if (head.first() != end) {
                        throw new Tampered(
                                "%s, record %d: starts at entry %d (expected: %d)"
                                        .formatted(
                                                reader.name(), head.number(), head.first(), end));
                    }
                    records.add(head);
                    end += head.entries();
                }
            }
            return new FoundJournal(disk, file, reader, records, notes, end, cut);
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    /** All heads that hold; what follows them, in words, or null when nothing does. */
    private static @Nullable String heads(
            JournalReader reader, long until, List<JournalReader.Head> heads) {
        try {
            JournalReader.Head head;
            while ((head = reader.next()) != null && head.first() < until) {
                heads.add(head);
            }
            return reader.torn() && until == Long.MAX_VALUE
                    ? "a record at the end of the journal was not written whole"
                    : null;
        } catch (Tampered e) {
            if (until != Long.MAX_VALUE) {
                return null; // where the next journal took over
            }
            if (reader.forcedBehind() > reader.offset()) {
                throw e;
            }
            return e.getMessage();
        }
    }

    /**
     * After a loss of power, records that were never forced may have their heads and not their
     * content: the first such one is the end.
     */
    private static @Nullable String unforced(
            JournalReader reader, List<JournalReader.Head> heads, @Nullable String cut) {
        long forced = 0;
        for (var head : heads) {
            forced = Math.max(forced, head.forced());
        }
        for (int i = 0; i < heads.size(); i++) {
            if (heads.get(i).end() > forced) {
                try {
                    reader.payload(heads.get(i));
                } catch (Tampered e) {
                    heads.subList(i, heads.size()).clear();
                    return e.getMessage();
                }
            }
        }
        return cut;
    }

    /** What stood behind the last whole record, in words; null when nothing did. */
    @Nullable String cut() {
        return cut;
    }

    /** Whether only a part of a record stood there, as a crash leaves it. */
    boolean tornOnly() {
        return reader.torn() && cut != null && cut.contains("not written whole");
    }

    /** Checks the records of entries that stand in a segment already. */
    void checkSealed(long sealed) {
        for (var head : records) {
            if (head.first() + head.entries() <= sealed) {
                reader.payload(head);
            }
        }
    }

    String name() {
        return file.name();
    }

    /** The signed notes among its records. */
    List<Checkpoint> notes(List<String> keys) {
        return notes.stream()
                .map(head -> Checkpoint.open(reader.note(head), keys, name()))
                .toList();
    }

    long first() {
        return file.first();
    }

    long end() {
        return end;
    }

    Salts.Key salt() {
        return reader.salt();
    }

    Row.Cursor rows(long from) {
        var needed =
                records.stream()
                        .filter(head ->
                                head.type() == JournalFormat.WORDS
                                        || head.first() + head.entries() > from)
                        .toList();
        return new JournalRows(reader.payloads(needed), from, name());
    }

    /** Leaves a note in its place: all its entries stand in segments. */
    void retire() throws IOException {
        close();
        if (end > file.first()) {
            Moved.leave(disk, file.path(), file.first(), end);
        } else {
            Folder.delete(disk, file.path());
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
