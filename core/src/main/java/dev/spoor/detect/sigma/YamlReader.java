package dev.spoor.detect.sigma;

import dev.spoor.detect.sigma.Yaml.Entry;
import dev.spoor.detect.sigma.Yaml.Mapping;
import dev.spoor.detect.sigma.Yaml.Scalar;
import dev.spoor.detect.sigma.Yaml.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** One pass over the events of a YAML text. */
final class YamlReader {
    private static final String MERGE = "<<";
    private static final String TAG = "tag:yaml.org,2002:";

    private final Iterator<Event> events;
    private final Map<String, Yaml> anchors = new HashMap<>();
    private int values;

    YamlReader(String text) {
        var settings =
                LoadSettings.builder()
                        .setCodePointLimit(RuleParser.FILE_BYTES_MAX + 1)
                        .setUseMarks(true)
                        .build();
        this.events = new Parse(settings).parseString(text).iterator();
    }

    List<Yaml> documents() {
        var all = new ArrayList<Yaml>();
        try {
            while (events.hasNext()) {
                if (events.next() instanceof DocumentStartEvent) {
                    anchors.clear();
                    var document = value(events.next(), 0);
                    if (!document.isNull()) {
                        all.add(document);
                    }
                }
            }
        } catch (MarkedYamlEngineException e) {
            var mark = e.getProblemMark();
            int line = mark.map(at -> at.getLine() + 1).orElse(1);
            int column = mark.map(at -> at.getColumn() + 1).orElse(1);
            throw new Misfit(line, column, "not YAML: " + Words.shown(e.getProblem()));
        } catch (YamlEngineException e) {
            throw new Misfit(1, 1, "not YAML: " + Words.shown(first(e)));
        }
        return all;
    }

    private static String first(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("not readable");
    }

    private Yaml value(Event event, int depth) {
        int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
        int column = event.getStartMark().map(mark -> mark.getColumn() + 1).orElse(1);
        if (depth > Yaml.DEPTH_MAX) {
            throw new Misfit(line, column, "nested deeper than " + Yaml.DEPTH_MAX);
        }
        count(1, line, column);
        return switch (event) {
            case AliasEvent alias -> {
                var named = anchors.get(alias.getAlias().getValue());
                if (named == null) {
                    throw new Misfit(line, column, "no anchor before it is called so");
                }
                count(size(named), line, column);
                yield named;
            }
            case ScalarEvent scalar -> {
                var read = scalar(scalar, line, column);
                scalar.getAnchor().ifPresent(anchor -> anchors.put(anchor.getValue(), read));
                yield read;
            }
            case SequenceStartEvent start -> {
                var items = new ArrayList<Yaml>();
                for (var next = events.next();
                        next.getEventId() != Event.ID.SequenceEnd;
                        next = events.next()) {
                    items.add(value(next, depth + 1));
                }
                var read = new Sequence(line, column, items);
                start.getAnchor().ifPresent(anchor -> anchors.put(anchor.getValue(), read));
                yield read;
            }
            case MappingStartEvent start -> {
                var read = mapping(line, column, depth);
                start.getAnchor().ifPresent(anchor -> anchors.put(anchor.getValue(), read));
                yield read;
            }
            default -> throw new Misfit(line, column, "not YAML: a value is missing");
        };
    }

    private void count(int more, int line, int column) {
        values += more;
        if (values > Yaml.VALUES_MAX) {
            throw new Misfit(line, column, "more than " + Yaml.VALUES_MAX + " values");
        }
    }

    /** Values with aliases written out; never more than were counted, so it ends. */
    private static int size(Yaml value) {
        return switch (value) {
            case Scalar _ -> 1;
            case Sequence(_, _, var items) -> {
                int size = 1;
                for (var item : items) {
                    size += size(item);
                }
                yield size;
            }
            case Mapping(_, _, var entries) -> {
                int size = 1;
                for (var entry : entries.values()) {
                    size += size(entry.value());
                }
                yield size;
            }
        };
    }

    private Mapping mapping(int line, int column, int depth) {
        var own = new LinkedHashMap<String, Entry>();
        var merged = new LinkedHashMap<String, Entry>();
        for (var next = events.next();
                next.getEventId() != Event.ID.MappingEnd;
                next = events.next()) {
            var key = value(next, depth + 1);
            if (lines(next) > 1) {
                throw key.misfit("not YAML: a key over several lines");
            }
            var value = value(events.next(), depth + 1);
            if (!(key instanceof Scalar(var keyLine, var keyColumn, var text, var type))) {
                throw key.misfit("a key is plain text");
            }
            if (text.equals(MERGE) && type == Scalar.Type.TEXT) {
                merge(value, merged);
                continue;
            }
            if (own.put(text, new Entry(keyLine, keyColumn, type, value)) != null) {
                throw new Misfit(keyLine, keyColumn, "the key occurs twice: " + Words.shown(text));
            }
        }
        merged.putAll(own);
        return new Mapping(line, column, merged);
    }

    private static int lines(Event key) {
        int from = key.getStartMark().map(Mark::getLine).orElse(0);
        int to = key.getEndMark().map(Mark::getLine).orElse(0);
        return to - from + 1;
    }

    /** {@code <<}: the keys of a map, or of several of which the first wins. */
    private static void merge(Yaml value, Map<String, Entry> into) {
        for (var one : value.asList()) {
            if (!(one instanceof Mapping map)) {
                throw one.misfit("'<<' takes a map or a list of maps");
            }
            map.entries().forEach(into::putIfAbsent);
        }
    }

    private static Scalar scalar(ScalarEvent event, int line, int column) {
        var text = event.getValue();
        var tag = event.getTag().orElse("!");
        if (tag.equals(TAG + "str")) {
            return new Scalar(line, column, text, Scalar.Type.TEXT);
        }
        boolean plain = event.getScalarStyle() == ScalarStyle.PLAIN;
        boolean typed = tag.startsWith(TAG);
        if (!typed && !tag.equals("!") || text.equals("=") && plain) {
            throw new Misfit(line, column, "a YAML type that rules have not");
        }
        if (!plain && !typed || tag.equals("!") && event.getTag().isPresent()) {
            return new Scalar(line, column, text, Scalar.Type.TEXT);
        }
        var type = YamlScalars.type(text);
        if (typed && !tag.equals(TAG + name(type, text))) {
            throw new Misfit(line, column, "not what its YAML type says: " + Words.shown(text));
        }
        return switch (type) {
            case BOOLEAN -> new Scalar(line, column, String.valueOf(YamlScalars.truth(text)), type);
            case NULL -> new Scalar(line, column, "", type);
            case NUMBER, TEXT, DATE -> new Scalar(line, column, text, type);
        };
    }

    private static String name(Scalar.Type type, String text) {
        return switch (type) {
            case TEXT -> "str";
            case NUMBER -> text.indexOf('.') < 0 ? "int" : "float";
            case BOOLEAN -> "bool";
            case NULL -> "null";
            case DATE -> "timestamp";
        };
    }
}
