package dev.spoor.event;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Hides secrets in what is shown. Evidence keeps the original; every view goes through here.
 *
 * <p>Masked are: {@code data} and {@code stringData} of Secrets, also in lists, patches and the
 * manifest that {@code last-applied-configuration} repeats as an escaped string; values under names
 * that announce a secret (password, token, dockerconfigjson, …), also where name and value are
 * members of their own; literal values of container variables; flags of commands; and what shows
 * itself: bearer and basic credentials, JWTs, private keys, keys of clouds and services, bootstrap
 * tokens, user information in URLs. A masked value tells its length and nothing else: {@code
 * «masked 24 bytes»}.
 *
 * <p>A secret under a harmless name that looks like any word cannot be told from one. Takes linear
 * time.
 */
public final class Mask {
    /** JSON inside strings is read this deep; deeper, the text rules alone hold. */
    static final int NESTED_MAX = 8;

    private static final String OPENING = "«masked ";

    /** What an object stands in, as far as it decides what its members mean. */
    private enum Place {
        PLAIN,
        /** A body of a request about Secrets: {@code data} is secret even where no kind is told. */
        SECRET,
        /** Everything below is secret. */
        VALUE,
        /** An element of a container's {@code env}. */
        ENV
    }

    private Mask() {}

    /** What stands in place of a value. */
    static String value(CharSequence secret) {
        int bytes = secret.toString().getBytes(StandardCharsets.UTF_8).length;
        return OPENING + bytes + (bytes == 1 ? " byte»" : " bytes»");
    }

    static boolean masked(CharSequence text, int from) {
        int end = from + OPENING.length();
        return end <= text.length() && OPENING.contentEquals(text.subSequence(from, end));
    }

    /** The tree with secrets masked; the given one is left as it is. */
    public static JsonNode tree(JsonNode tree) {
        return node(tree, Place.PLAIN, 0);
    }

    /**
     * The text with secrets masked. Text that is one JSON value is masked as a tree, and written
     * compactly if that changed anything; else the rest of the text stays as it is. Secrets are
     * found through any depth of JSON escaping and through URL escapes.
     */
    public static String text(String text) {
        return text(text, Place.PLAIN, 0);
    }

    private static String text(String text, Place place, int nested) {
        if (plain(text)) {
            return text;
        }
        if (nested < NESTED_MAX && container(text)) {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            var parsed = Json.read(bytes, 0, bytes.length);
            if (parsed.complete() && parsed.value() != null) {
                var masked = node(parsed.value(), place, nested + 1);
                return masked.equals(parsed.value())
                        ? text
                        : Json.mapper().writeValueAsString(masked);
            }
        }
        return new MaskedText(text).text();
    }

    /** One short word without a sign that could announce or part anything: most values are. */
    private static boolean plain(String text) {
        if (text.length() >= 16) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '.'
                    || c == '/'
                    || c == '_')) {
                return false;
            }
        }
        return true;
    }

    private static boolean container(String text) {
        int i = 0;
        while (i < text.length() && Character.isWhitespace(text.charAt(i))) {
            i++;
        }
        return i < text.length() && (text.charAt(i) == '{' || text.charAt(i) == '[');
    }

    private static JsonNode node(JsonNode node, Place place, int nested) {
        return switch (node) {
            case ObjectNode object -> object(object, place, nested);
            case ArrayNode array -> array(array, place, nested);
            default -> {
                if (place == Place.VALUE) {
                    yield secret(node);
                }
                if (!node.isString()) {
                    yield node;
                }
                var text = node.asString();
                var masked = text(text, place == Place.SECRET ? place : Place.PLAIN, nested);
                yield masked.equals(text) ? node : string(masked);
            }
        };
    }

    private static JsonNode secret(JsonNode node) {
        if (node.isNull() || node.isBoolean()) {
            return node;
        }
        var text = node.asString("");
        return text.isEmpty() || masked(text, 0) || reference(text) ? node : string(value(text));
    }

    /** {@code $(NAME)}, {@code ${NAME}}: says where the secret comes from, not what it is. */
    static boolean reference(CharSequence text) {
        int n = text.length();
        if (n < 4 || n > 100 || text.charAt(0) != '$') {
            return false;
        }
        char open = text.charAt(1);
        char close = open == '(' ? ')' : '}';
        if (open != '(' && open != '{' || text.charAt(n - 1) != close) {
            return false;
        }
        for (int i = 2; i < n - 1; i++) {
            char c = text.charAt(i);
            if (!Character.isLetterOrDigit(c) && c != '_' && c != '-' && c != '.') {
                return false;
            }
        }
        return true;
    }

    private static JsonNode string(String text) {
        return JsonNodeFactory.instance.stringNode(text);
    }

    private static JsonNode object(ObjectNode object, Place place, int nested) {
        var made = JsonNodeFactory.instance.objectNode();
        boolean secret = place == Place.SECRET || aboutSecrets(object);
        boolean named = place == Place.ENV || namesASecret(object);
        var patched = place == Place.VALUE ? null : patched(object, secret);
        for (var entry : object.properties()) {
            var key = entry.getKey();
            var value = entry.getValue();
            var below = secret ? Place.SECRET : Place.PLAIN;
            if (place == Place.VALUE) {
                below = Place.VALUE;
            } else {
                switch (key.toLowerCase(Locale.ROOT)) {
                    case "stringdata", ".dockerconfigjson", ".dockercfg" -> below = Place.VALUE;
                    case "data", "binarydata" -> below = secret ? Place.VALUE : below;
                    case "env" -> below = Place.ENV;
                    case "value" -> {
                        if (named) {
                            below = Place.VALUE;
                        } else if (patched != null) {
                            below = patched;
                        }
                    }
                    default -> {}
                }
                if (!value.isObject() && !holdsObjects(value) && SecretWords.announcedBy(key)) {
                    below = Place.VALUE;
                }
            }
            made.set(key, node(value, below, nested));
        }
        return made;
    }

    private static boolean holdsObjects(JsonNode value) {
        if (value.isArray()) {
            for (var element : value) {
                if (element.isContainer()) {
                    return true;
                }
            }
        }
        return false;
    }

    private static JsonNode array(ArrayNode array, Place place, int nested) {
        var made = JsonNodeFactory.instance.arrayNode();
        var command = new MaskedText.Command();
        for (var element : array) {
            if (place == Place.PLAIN || place == Place.SECRET) {
                var argument = element.isString() ? element.asString() : "";
                var masked = command.argument(argument);
                if (masked != null) {
                    made.add(masked);
                    continue;
                }
            }
            made.add(node(element, place, nested));
        }
        return made;
    }

    /**
     * A Secret, a list of them, or an audit event about them (native, or GKE's {@code
     * resourceName}).
     */
    private static boolean aboutSecrets(ObjectNode object) {
        for (var entry : object.properties()) {
            var value = entry.getValue();
            switch (entry.getKey().toLowerCase(Locale.ROOT)) {
                case "kind", "@type" -> {
                    var kind = value.asString("").toLowerCase(Locale.ROOT);
                    if (kind.equals("secret")
                            || kind.equals("secretlist")
                            || kind.endsWith(".secret")
                            || kind.endsWith(".secretlist")) {
                        return true;
                    }
                }
                case "objectref" -> {
                    if (value.path("resource").asString("").equalsIgnoreCase("secrets")) {
                        return true;
                    }
                }
                case "resourcename" -> {
                    if (value.asString("").contains("/secrets")) {
                        return true;
                    }
                }
                default -> {}
            }
        }
        return false;
    }

    /** {@code {"name": "DB_PASSWORD", "value": …}}: the name stands beside its value. */
    private static boolean namesASecret(ObjectNode object) {
        if (object.get("value") == null && object.get("Value") == null) {
            return false;
        }
        for (var entry : object.properties()) {
            switch (entry.getKey().toLowerCase(Locale.ROOT)) {
                case "name", "key", "field", "header" -> {
                    var name = entry.getValue();
                    if (name.isString() && SecretWords.announcedBy(name.asString())) {
                        return true;
                    }
                }
                default -> {}
            }
        }
        return false;
    }

    /** What the value of a JSON Patch operation (RFC 6902) is, by its path; null for no patch. */
    private static @Nullable Place patched(ObjectNode object, boolean secret) {
        var path = object.path("path");
        if (!object.has("op") || !path.isString()) {
            return null;
        }
        var steps = path.asString().toLowerCase(Locale.ROOT).split("/", -1);
        var last = steps[steps.length - 1];
        var before = steps.length > 1 ? steps[steps.length - 2] : "";
        var first = steps.length > 1 ? steps[1] : "";
        if (first.equals("stringdata")
                || secret && (first.equals("data") || path.asString().isEmpty())
                || SecretWords.announcedBy(last)
                || last.equals("value")
                        && steps.length > 3
                        && steps[steps.length - 3].equals("env")) {
            return Place.VALUE;
        }
        return last.equals("env") || before.equals("env") ? Place.ENV : null;
    }
}
