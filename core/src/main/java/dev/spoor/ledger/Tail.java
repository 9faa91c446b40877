package dev.spoor.ledger;

import dev.spoor.fault.Rejected;
import dev.spoor.fault.Tampered;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The entries behind the last segment: durable in journals, not sealed yet. Not thread-safe. */
final class Tail implements AutoCloseable {
    /** A record of entries, and the journal that it stands in. */
    private record Part(JournalReader journal, JournalReader.Head head, @Nullable Words words) {}

    /** What the blocks of one segment in a journal refer to; read when a block is. */
    private static final class Words {
        private final List<Bytes> told = new ArrayList<>();
        private @Nullable JournalSegment segment;

        JournalSegment segment(String place) {
            var known = segment;
            if (known == null) {
                known = new JournalSegment(place);
                told.forEach(known::add);
                told.clear();
                segment = known;
            }
            return known;
        }

        void close() {
            if (segment != null) {
                segment.close();
            }
        }
    }

    private final List<JournalReader> journals;
    private final List<Part> parts;
    private final List<Part> notes;
    private final long from;
    private final long until;

    private Tail(
            List<JournalReader> journals,
            List<Part> parts,
            List<Part> notes,
            long from,
            long until) {
        this.journals = journals;
        this.parts = parts;
        this.notes = notes;
        this.from = from;
        this.until = until;
    }

    /**
     * Opens the journals that hold entries from a position on.
     *
     * @param sources those that the segments tell; those that the journals declare are added
     * @param damaged told where a journal ends too early
     */
    static Tail open(
            List<Folder.JournalFile> files,
            LedgerKeys keys,
            long from,
            long until,
            List<SourceEntry> sources,
            List<String> damaged) {
        var journals = new ArrayList<JournalReader>();
        var parts = new ArrayList<Part>();
        var notes = new ArrayList<Part>();
        boolean done = false;
        try {
            for (int i = 0; i < files.size(); i++) {
                long next = i + 1 < files.size() ? files.get(i + 1).first() : until;
                if (next > from && next > files.get(i).first()) {
                    journal(files.get(i), keys, from, next, journals, parts, notes, damaged);
                }
            }
            var tail = new Tail(journals, parts, notes, from, until);
            tail.declare(sources, damaged);
            done = true;
            return tail;
        } finally {
            if (!done) {
                journals.forEach(JournalReader::close);
            }
        }
    }

    private static void journal(
            Folder.JournalFile file,
            LedgerKeys keys,
            long from,
            long next,
            List<JournalReader> journals,
            List<Part> parts,
            List<Part> notes,
            List<String> damaged) {
        try {
            var journal = JournalReader.open(file, keys);
            journals.add(journal);
            JournalReader.Head head;
            Words words = null;
            while ((head = journal.next()) != null) {
                if (head.first() >= next) {
                    break;
                }
                if (head.type() == JournalFormat.NOTE) {
                    notes.add(new Part(journal, head, null));
                } else if (head.type() == JournalFormat.WORDS) {
                    words = words(words, Bytes.of(journal.payload(head)), journal.name());
                } else if (JournalFormat.entries(head.type())
                        && head.first() + head.entries() > from) {
                    parts.add(new Part(journal, head, words));
                }
            }
        } catch (Tampered e) {
            damaged.add(String.valueOf(e.getMessage()));
        }
    }

    private static Words words(@Nullable Words before, Bytes payload, String place) {
        var words = before == null || JournalSegment.begins(payload, place) ? new Words() : before;
        words.told.add(payload);
        return words;
    }

    private void declare(List<SourceEntry> sources, List<String> damaged) {
        var row = new Row();
        var rows = declarations(damaged);
        while (rows.next(row)) {
            if (row.line > sources.size()) {
                sources.add(SourceEntry.of(row.bytes, row.from, row.length, row.position));
            }
        }
    }

    private Row.Cursor declarations(List<String> damaged) {
        var all = new ArrayList<Bytes>();
        for (var part : parts) {
            if (part.head.type() == JournalFormat.SOURCE) {
                try {
                    all.add(Bytes.of(part.journal.payload(part.head)));
                } catch (Tampered e) {
                    damaged.add(String.valueOf(e.getMessage()));
                }
            }
        }
        return new JournalRows(all.iterator(), from, "journal");
    }

    /** Tells entries that are missing behind those of the segments or between journals. */
    void lacking(long segmentsEnd, List<String> damaged) {
        long end = segmentsEnd;
        for (var part : parts) {
            if (part.head.first() > end) {
                damaged.add(Snapshot.missing(end, part.head.first(), part.journal.name()));
            }
            end = Math.max(end, part.head.first() + part.head.entries());
        }
    }

    /** Behind its last entry; {@code otherwise} when it has none. */
    long end(long otherwise) {
        if (parts.isEmpty()) {
            return otherwise;
        }
        var last = parts.getLast().head;
        return Math.min(until, last.first() + last.entries());
    }

    long size() {
        return Math.max(0, end(from) - from);
    }

    /** Number of records that hold entries. */
    int parts() {
        return parts.size();
    }

    /** The entries of one record that belong to this tail, put down as they come. */
    Row.Cursor part(int index) {
        var part = parts.get(index);
        var name = part.journal.name();
        var rows =
                new JournalRows(
                        List.of(Bytes.of(part.journal.payload(part.head))).iterator(),
                        from,
                        name,
                        part.words == null ? null : part.words.segment(name));
        return row -> rows.next(row) && row.position < until;
    }

    /** The newest note in the journals; its signature has not been checked. */
    @Nullable String note() {
        for (var part : notes.reversed()) {
            try {
                return new String(
                        part.journal.note(part.head), java.nio.charset.StandardCharsets.UTF_8);
            } catch (Tampered | Rejected e) {
                // an older one may hold
            }
        }
        return null;
    }

    @Override
    public void close() {
        journals.forEach(JournalReader::close);
        for (var part : parts) {
            if (part.words != null) {
                part.words.close();
            }
        }
    }
}
