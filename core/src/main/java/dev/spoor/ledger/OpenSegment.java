package dev.spoor.ledger;

import dev.spoor.event.Dictionary;
import dev.spoor.event.Kind;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import java.util.ArrayList;
import java.util.List;

/**
 * A segment that is being written, as its reader would see it: every block is read back through
 * this, from its sealed bytes on, before it goes to the disk.
 */
final class OpenSegment extends SegmentReader {
    /** Only that it is declared counts here. */
    private static final SourceEntry DECLARED =
            new SourceEntry(new Source(0, Kind.TEXT, Wrapping.NATIVE, "", null), 0);

    private final List<Dictionary> dictionaries = new ArrayList<>();
    private final List<Values> values = new ArrayList<>();
    private List<byte[]> sections = List.of();
    private long firstSection;

    OpenSegment(String name, long firstPosition, Sealing sealing) {
        super(name, firstPosition, sealing);
    }

    void column(ColumnBuffer buffer) {
        var column = buffer.column;
        columns.add(new ColumnEntry(column.path(), column.type(), column.look(), -1L));
        dictionaries.add(buffer.dictionary);
        values.add(new Values(new byte[0], new int[0], new long[0]));
    }

    /**
     * The sections of the block that is to be read, and how many sources are declared.
     *
     * @param first number of the first
     */
    void block(List<byte[]> sealed, long first, int sourceCount) {
        sections = sealed;
        firstSection = first;
        while (sources().size() < sourceCount) {
            sources().add(DECLARED);
        }
    }

    @Override
    byte[] stored(Section section) {
        return sections.get((int) (section.number() - firstSection));
    }

    @Override
    Values values(int column) {
        var dictionary = dictionaries.get(column);
        var known = values.get(column);
        if (known.size() != dictionary.size()) {
            var ends = java.util.Arrays.copyOf(known.ends(), dictionary.size());
            for (int code = known.size(); code < ends.length; code++) {
                ends[code] = dictionary.end(code);
            }
            known = new Values(dictionary.arena(), ends, new long[0]);
            values.set(column, known);
        }
        return known;
    }
}
