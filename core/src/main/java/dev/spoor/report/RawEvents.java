package dev.spoor.report;

import dev.spoor.event.EventRef;
import dev.spoor.event.Json;
import dev.spoor.event.Lens;
import dev.spoor.event.Mask;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Predicate;
import dev.spoor.query.Stored;
import dev.spoor.query.Test;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Fetches the events that a page shows in full, and writes them readable and masked. */
final class RawEvents {
    /** An event is shown up to this many characters; the rest is counted. */
    static final int EVENT_CHARACTERS_MAX = 6_000;

    /** A longer event is shown as text, by its beginning; it is not parsed. */
    static final int PARSED_BYTES_MAX = 1 << 20;

    /** Audit ids asked for at once. */
    private static final int IDS_MAX = 500;

    private final Map<Long, Stored> byPosition = new HashMap<>();

    /**
     * Fetches the wanted events. Events with an audit id are asked for by it, the others by their
     * time, all told apart by their place in the ledger: an id may be chosen by a client.
     *
     * @param wanted each with the time of the sentence that tells it, where it has one
     */
    RawEvents(EventSearch search, Map<EventRef, Wanted> wanted) {
        var byId = new HashSet<String>();
        var positions = new HashSet<Long>();
        for (var entry : wanted.entrySet()) {
            positions.add(entry.getKey().position());
            var id = entry.getKey().auditID();
            if (id != null && !id.isEmpty()) {
                byId.add(id);
            }
        }
        var ids = List.copyOf(byId);
        for (int i = 0; i < ids.size(); i += IDS_MAX) {
            var some = Set.copyOf(ids.subList(i, Math.min(ids.size(), i + IDS_MAX)));
            fetch(
                    search,
                    new Predicate.Field("auditID", new Test.OneOf(some)),
                    null,
                    null,
                    positions);
        }
        var rest =
                wanted.entrySet().stream()
                        .filter(entry -> !byPosition.containsKey(entry.getKey().position()))
                        .map(Map.Entry::getValue)
                        .toList();
        if (!rest.isEmpty()) {
            fetchByTime(search, rest, positions);
        }
    }

    /** When an event is told to have happened; null when unknown. */
    record Wanted(@Nullable Instant time) {}

    private void fetchByTime(EventSearch search, Collection<Wanted> rest, Set<Long> positions) {
        Instant since = null;
        Instant until = null;
        boolean open = false;
        for (var wanted : rest) {
            var time = wanted.time();
            open |= time == null;
            if (time != null) {
                since = since == null || time.isBefore(since) ? time : since;
                until = until == null || time.isAfter(until) ? time : until;
            }
        }
        var everything = new Predicate.Everything();
        if (!open && since != null && until != null) {
            // A sentence tells the time of its first event; the others follow soon
            fetch(search, everything, since, until.plusSeconds(3600), positions);
        }
        if (byPosition.size() < positions.size()) {
            // Events that tell no time themselves
            fetch(search, everything, null, null, positions);
        }
    }

    private void fetch(
            EventSearch search,
            Predicate predicate,
            @Nullable Instant since,
            @Nullable Instant until,
            Set<Long> positions) {
        search.search(
                predicate,
                since,
                until,
                stored -> {
                    if (positions.contains(stored.position())) {
                        byPosition.put(stored.position(), stored);
                    }
                    return byPosition.size() < positions.size();
                });
    }

    @Nullable Stored at(long position) {
        return byPosition.get(position);
    }

    /** Writes the event: indented where it is JSON, secrets masked, cut at the limit. */
    static void write(Html html, Stored event) {
        var view = event.view();
        if (view.length > PARSED_BYTES_MAX) {
            var head = new String(view, 0, EVENT_CHARACTERS_MAX, StandardCharsets.UTF_8);
            html.open("pre").lines(Mask.text(head)).end();
            cut(html, view.length - EVENT_CHARACTERS_MAX);
            return;
        }
        var text = new String(view, StandardCharsets.UTF_8);
        var tree =
                text.stripLeading().startsWith("{") && event.flags() == 0
                        ? Lens.tree(
                                event.source().kind(),
                                event.source().wrapping(),
                                view,
                                0,
                                view.length)
                        : null;
        html.open("pre");
        if (tree == null) {
            var masked = Mask.text(text);
            html.lines(masked.substring(0, Math.min(masked.length(), EVENT_CHARACTERS_MAX)));
            html.end();
            cut(html, masked.length() - EVENT_CHARACTERS_MAX);
        } else {
            var indented = new Indented(html);
            indented.node(Mask.tree(tree), 0);
            html.end();
            cut(html, indented.left < 0 ? Math.max(1, view.length - EVENT_CHARACTERS_MAX) : 0);
        }
    }

    private static void cut(Html html, long rest) {
        if (rest > 0) {
            html.element(
                    "p",
                    "Shown up to here; about %s more stand in the ledger."
                            .formatted(Sizes.counted(rest, "byte")),
                    "class",
                    "cut");
        }
    }

    /** Writes JSON indented, names apart from values, until the room is used up. */
    private static final class Indented {
        private final Html html;
        private int left = EVENT_CHARACTERS_MAX;

        Indented(Html html) {
            this.html = html;
        }

        void node(JsonNode node, int depth) {
            if (node.isObject()) {
                container(node, depth, "{", "}");
            } else if (node.isArray()) {
                container(node, depth, "[", "]");
            } else {
                put(node.toString(), null);
            }
        }

        /** What fits on a line stands on one: fewer pages, and the shape of the event is seen. */
        private static final int LINE_MAX = 76;

        /** What is left of the room for the value written on one line; negative = does not fit. */
        private static int room(JsonNode node, int room) {
            int left = room - 2;
            if (node.isObject()) {
                for (var entry : node.properties()) {
                    left =
                            left < 0
                                    ? left
                                    : room(entry.getValue(), left - entry.getKey().length() - 6);
                }
            } else if (node.isArray()) {
                for (var element : node) {
                    left = left < 0 ? left : room(element, left - 2);
                }
            } else {
                left -= node.isString() ? node.asString().length() : node.toString().length();
            }
            return left;
        }

        private void inline(JsonNode node) {
            boolean object = node.isObject();
            put(object ? "{" : "[", null);
            var comma = "";
            if (object) {
                for (var entry : node.properties()) {
                    put(comma, null);
                    key(entry.getKey());
                    part(entry.getValue());
                    comma = ", ";
                }
            } else {
                for (var element : node) {
                    put(comma, null);
                    part(element);
                    comma = ", ";
                }
            }
            put(object ? "}" : "]", null);
        }

        private void part(JsonNode node) {
            if (node.isContainer()) {
                inline(node);
            } else {
                put(node.toString(), null);
            }
        }

        private void key(String key) {
            put(Json.mapper().writeValueAsString(key), "k");
            put(": ", null);
        }

        private void container(JsonNode node, int depth, String open, String close) {
            if (depth > 0 && room(node, LINE_MAX) >= 0) {
                inline(node);
                return;
            }
            put(open, null);
            boolean first = true;
            if (node.isObject()) {
                for (var entry : node.properties()) {
                    line(first, depth + 1);
                    key(entry.getKey());
                    member(entry.getKey(), entry.getValue(), depth);
                    first = false;
                    if (left < 0) {
                        return;
                    }
                }
            } else {
                for (var element : node) {
                    line(first, depth + 1);
                    node(element, depth + 1);
                    first = false;
                    if (left < 0) {
                        return;
                    }
                }
            }
            end(depth, close);
        }

        /** Who manages which field says nothing about what happened, and fills pages. */
        private void member(String key, JsonNode value, int depth) {
            if (key.equals("managedFields") && value.isArray()) {
                put("[… " + Sizes.counted(value.size(), "entry") + " left out …]", "k");
            } else {
                node(value, depth + 1);
            }
        }

        private void end(int depth, String close) {
            feed(depth);
            put(close, null);
        }

        private void line(boolean first, int depth) {
            if (!first) {
                put(",", null);
            }
            feed(depth);
        }

        private void feed(int depth) {
            var indent = "\n" + "  ".repeat(Math.min(depth, 40));
            html.lines(indent);
            left -= indent.length();
        }

        private void put(String text, @Nullable String kind) {
            if (left < 0) {
                return;
            }
            var shown = text;
            if (text.length() > left) {
                int to =
                        left > 0 && Character.isHighSurrogate(text.charAt(left - 1))
                                ? left - 1
                                : left;
                shown = text.substring(0, to) + " …";
            }
            left -= text.length();
            if (kind == null) {
                html.text(shown);
            } else {
                html.element("span", shown, "class", kind);
            }
        }
    }
}
