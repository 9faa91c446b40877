package dev.spoor.event;

import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request or response body as recorded. Kept as its bytes and read when it is asked for: most
 * bodies are never asked for, and a tree takes several times their room.
 */
public final class Body {
    /** Parts of objects that no story tells, and that are most of their size. */
    private static final Set<String> DROPPED =
            Set.of(
                    "managedFields",
                    "env",
                    "images",
                    "volumeMounts",
                    "kubectl.kubernetes.io/last-applied-configuration");

    private final byte[] raw;
    private final @Nullable JsonNode whole;
    private final @Nullable Supplier<@Nullable JsonNode> kept;
    private WeakReference<JsonNode> read = new WeakReference<>(null);

    private Body(
            byte[] raw, @Nullable JsonNode whole, @Nullable Supplier<@Nullable JsonNode> kept) {
        this.raw = raw;
        this.whole = whole;
        this.kept = kept;
    }

    /** Of a JSON value; null when there is none or it is null. */
    static @Nullable Body of(@Nullable JsonNode value) {
        return value == null || value.isNull() ? null : new Body(new byte[0], value, null);
    }

    /** Of the JSON value that stands in these bytes; they are copied. */
    static Body of(byte[] bytes, int from, int to) {
        return new Body(Arrays.copyOfRange(bytes, from, to), null, null);
    }

    /** Of a member that is read when it is asked for; null is no value then. */
    static Body of(Members members, String name) {
        return new Body(
                new byte[0],
                null,
                () -> {
                    var value = members.member(name);
                    return value == null || value.isNull() ? null : value;
                });
    }

    /** The value; null when the bytes are none. The same one as long as somebody holds it. */
    public @Nullable JsonNode value() {
        if (whole != null) {
            return whole;
        }
        if (kept != null) {
            return kept.get();
        }
        var value = read.get();
        if (value == null) {
            value = Json.read(raw, 0, raw.length).value();
            read = new WeakReference<>(value);
        }
        return value;
    }

    /** Makes a body that must be kept smaller; nothing else may be using its value. */
    public void shrink() {
        if (whole != null) {
            prune(whole);
        }
    }

    private static void prune(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(DROPPED);
        }
        if (node.isContainer()) {
            for (var child : node) {
                prune(child);
            }
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Body body && java.util.Objects.equals(value(), body.value());
    }

    @Override
    public int hashCode() {
        return java.util.Objects.hashCode(value());
    }
}
