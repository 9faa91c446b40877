package dev.spoor.detect.baseline;

import dev.spoor.event.AuditEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is compared, each value once. Bounded: what is forgotten gets another number. */
final class Names {
    private static final String POD = "authentication.kubernetes.io/pod-name";

    static final Name NONE = new Name("", 0);

    /** Values by a text; a full one is emptied. */
    static final class Known<T> {
        static final int VALUES_MAX = 1 << 16;
        static final int CHARS_MAX = 8 << 20;

        private final Map<String, T> values = new HashMap<>();
        private long chars;

        @Nullable T get(String text) {
            return values.get(text);
        }

        T add(String text, T value) {
            if (values.size() >= VALUES_MAX || chars + text.length() > CHARS_MAX) {
                values.clear();
                chars = 0;
            }
            chars += text.length();
            values.put(text, value);
            return value;
        }
    }

    private final Known<Name> agents = new Known<>();
    private final Known<Name> networks = new Known<>();
    private final Known<Name> spaces = new Known<>();
    private final Known<Name> acts = new Known<>();
    private final Known<Caller> callers = new Known<>();
    private long numbers;

    Name agent(String text) {
        return name(agents, text);
    }

    /** The network that an address belongs to. */
    Name network(String address) {
        return name(networks, Values.network(address));
    }

    Name space(String namespace) {
        return name(spaces, namespace);
    }

    /** The act; {@link #NONE} when it is not sensitive. */
    Name act(String verb, String what) {
        return Values.sensitive(what) ? name(acts, Values.act(verb, what)) : NONE;
    }

    private Name name(Known<Name> known, String text) {
        var name = known.get(text);
        return name == null ? known.add(text, new Name(text, next())) : name;
    }

    /**
     * Who calls.
     *
     * @param event only its user is looked at
     */
    Caller caller(AuditEvent event) {
        var pods = event.extra().getOrDefault(POD, List.of());
        var pod = pods.isEmpty() ? "" : pods.getFirst();
        var credential = Values.credential(event.credential());
        var key =
                String.join("\n", event.user(), pod, credential, String.join("\n", event.groups()));
        var caller = callers.get(key);
        if (caller == null) {
            long hash = Columns.mixed(key.length(), key.hashCode());
            caller = new Caller(event.user(), event.groups(), pod, credential, next(), hash);
            callers.add(key, caller);
        }
        return caller;
    }

    /** Scattered, so that few of them combine to the same. */
    long next() {
        return Columns.mixed(++numbers, 0);
    }
}
