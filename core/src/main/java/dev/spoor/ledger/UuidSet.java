package dev.spoor.ledger;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A set of UUIDs to look for, compared as numbers. Texts that are no UUIDs are left out. */
final class UuidSet {
    private final Uuids uuids = new Uuids();
    private final List<long[]> pairs = new ArrayList<>();

    private UuidSet() {}

    static UuidSet of(Set<String> texts) {
        var set = new UuidSet();
        for (var text : texts) {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            if (Uuids.conforms(bytes, 0, bytes.length)) {
                set.uuids.index(Uuids.high(bytes, 0), Uuids.low(bytes, 0));
                set.pairs.add(new long[] {Uuids.high(bytes, 0), Uuids.low(bytes, 0)});
            }
        }
        return set;
    }

    int size() {
        return pairs.size();
    }

    long high(int i) {
        return pairs.get(i)[0];
    }

    long low(int i) {
        return pairs.get(i)[1];
    }

    boolean contains(long high, long low) {
        return uuids.contains(high, low);
    }
}
