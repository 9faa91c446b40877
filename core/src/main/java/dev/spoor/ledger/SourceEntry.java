package dev.spoor.ledger;

import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Fault;
import dev.spoor.fault.Tampered;
import org.jspecify.annotations.Nullable;

/** A source and the position of the entry that declares it. */
record SourceEntry(Source source, long position) {
    /** The declaring entry's bytes. */
    static byte[] declaration(
            int id, Kind kind, Wrapping wrapping, String path, @Nullable String cluster) {
        return Json.object(out ->
                out.writeNumberProperty("source", id)
                        .writeStringProperty("kind", kind.id())
                        .writeStringProperty("wrapping", wrapping.name())
                        .writeStringProperty("path", path)
                        .writeStringProperty("cluster", cluster));
    }

    /** The source that a declaring entry tells. */
    static SourceEntry of(byte[] bytes, int from, int length, long position) {
        var read = Json.read(bytes, from, length).value();
        try {
            if (read != null) {
                var cluster = read.path("cluster");
                return new SourceEntry(
                        new Source(
                                read.path("source").asInt(-1),
                                Kind.of(read.path("kind").asString("")),
                                Wrapping.valueOf(read.path("wrapping").asString("")),
                                read.path("path").asString(""),
                                cluster.isString() ? cluster.asString() : null),
                        position);
            }
        } catch (IllegalArgumentException | Fault e) {
            // told below
        }
        throw new Tampered("entry " + position + " does not declare a source as it should");
    }
}
