package dev.spoor.detect.facts;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A request URI taken apart: path and query, each decoded once (RFC 3986; {@code +} in the query is
 * a space, as Go's net/url reads it).
 */
final class RequestPath {
    /** Beyond this, a URI is not taken apart further: no real one is as long. */
    private static final int PARAMETERS_MAX = 1_000;

    private record Parameter(String name, String value) {}

    private final String path;
    private final List<Parameter> query;

    private RequestPath(String path, List<Parameter> query) {
        this.path = path;
        this.query = query;
    }

    static RequestPath of(String uri) {
        int mark = uri.indexOf('?');
        var path = decode((mark < 0 ? uri : uri.substring(0, mark)).replace("+", "%2B"));
        var query = new ArrayList<Parameter>();
        if (mark >= 0) {
            for (var part : uri.substring(mark + 1).split("&", PARAMETERS_MAX)) {
                int equals = part.indexOf('=');
                if (!part.isEmpty()) {
                    query.add(
                            equals < 0
                                    ? new Parameter(decode(part), "")
                                    : new Parameter(
                                            decode(part.substring(0, equals)),
                                            decode(part.substring(equals + 1))));
                }
            }
        }
        return new RequestPath(path, query);
    }

    /** A broken escape leaves the text as it stands: what was sent is still worth looking at. */
    private static String decode(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    String path() {
        return path;
    }

    /** All values of a parameter, in order. */
    List<String> all(String name) {
        return query.stream().filter(p -> p.name().equals(name)).map(Parameter::value).toList();
    }

    /** The first value, or empty. */
    String one(String name) {
        for (var parameter : query) {
            if (parameter.name().equals(name)) {
                return parameter.value();
            }
        }
        return "";
    }
}
