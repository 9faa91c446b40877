package dev.spoor.detect;

import dev.spoor.detect.sigma.Rule;
import dev.spoor.event.AuditEvent;
import dev.spoor.event.EntityRef;
import dev.spoor.event.Level;
import dev.spoor.event.Mask;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Says in one sentence what was done, and to whom: fills a rule's words with an event's values. The
 * values are the attacker's: control and direction characters are shown by their code, long ones
 * are cut, secrets are masked.
 */
final class Teller {
    /** Longer values are cut in a sentence. */
    static final int VALUE_CHARS_MAX = 160;

    /** So much of a value is looked at for secrets; no more is ever shown. */
    private static final int MASKED_CHARS_MAX = 16_384;

    /** More values of one field are not named in a sentence. */
    private static final int VALUES_MAX = 5;

    /** More images of one event are not made entities. */
    private static final int IMAGES_MAX = 10;

    private static final Pattern TECHNIQUE = Pattern.compile("T\\d{4}(\\.\\d{3})?");

    private static final List<String> IMAGES =
            List.of(
                    "requestObject.spec.containers.image",
                    "requestObject.spec.initContainers.image",
                    "requestObject.spec.ephemeralContainers.image",
                    "requestObject.spec.template.spec.containers.image",
                    "requestObject.spec.jobTemplate.spec.template.spec.containers.image");

    private final RuleView view;
    private final @Nullable AuditEvent event;

    Teller(RuleView view, @Nullable AuditEvent event) {
        this.view = view;
        this.event = event;
    }

    /** How bad, and why. */
    record Verdict(Level level, String why) {}

    Verdict verdict(Rule rule) {
        for (var grade : rule.levels()) {
            if (grade.when().holds(view)) {
                return new Verdict(grade.level(), sentence(rule, grade.why()));
            }
        }
        return new Verdict(rule.level(), sentence(rule, null));
    }

    private String sentence(Rule rule, @Nullable String special) {
        var template = special != null ? special : rule.why();
        if (template == null) {
            template = event == null ? "{:title}" : "{actor}: {:title} ({verb} {what} {object})";
        }
        return filled(template, rule.title());
    }

    private String filled(String template, String title) {
        var sentence = new StringBuilder(template.length() + 64);
        int from = 0;
        for (int open = template.indexOf('{'); open >= 0; open = template.indexOf('{', from)) {
            int close = template.indexOf('}', open);
            if (close < 0) {
                break;
            }
            sentence.append(template, from, open);
            var name = template.substring(open + 1, close);
            sentence.append(name.equals(":title") ? plain(title) : value(name));
            from = close + 1;
        }
        return sentence.append(template, from, template.length()).toString();
    }

    /** Names, verbs and numbers hold no secrets; addresses of requests and all else may. */
    private String value(String name) {
        var known = event == null ? null : known(event, name);
        if (known == null) {
            return field(name);
        }
        boolean free = name.equals("command") || name.equals("object") && known.startsWith("/");
        return free ? shown(known) : plain(known);
    }

    private @Nullable String known(AuditEvent event, String name) {
        return switch (name) {
            case "user" -> event.user().isEmpty() ? "somebody unknown" : event.user();
            case "actor" -> actor(event);
            case "verb" -> event.verb();
            case "did" -> did(event);
            case "kind" -> Singular.of(event.object().resource());
            case "what" -> event.what();
            case "resource" -> event.object().resource();
            case "subresource" -> event.object().subresource();
            case "namespace" -> event.object().namespace();
            case "name" -> name(event);
            case "object" -> object(event);
            case "address" -> event.address().isEmpty() ? "an unknown address" : event.address();
            case "code" -> event.code() == 0 ? "no answer" : Integer.toString(event.code());
            case "command" -> {
                var words = view.values("spoor.command");
                yield String.join(" ", words.stream().map(word -> word.asString("")).toList());
            }
            default -> null;
        };
    }

    /** What was done in plain words; what was refused or failed was only tried. */
    private static String did(AuditEvent event) {
        boolean failed = event.code() >= 400;
        return switch (event.verb()) {
            case "create" -> failed ? "tried to create" : "created";
            case "update", "patch" -> failed ? "tried to change" : "changed";
            case "delete" -> failed ? "tried to delete" : "deleted";
            case "deletecollection" -> failed ? "tried to delete every" : "deleted every";
            case "get" -> failed ? "tried to read" : "read";
            case "list" -> failed ? "tried to list every" : "listed every";
            case "watch" -> failed ? "tried to watch every" : "watched every";
            default -> (failed ? "tried to " : "did ") + event.verb();
        };
    }

    private static String actor(AuditEvent event) {
        var user = event.user().isEmpty() ? "somebody unknown" : event.user();
        return event.impersonatedUser().isEmpty()
                ? user
                : user + " (as " + event.impersonatedUser() + ")";
    }

    /** The object's name; a new object may have it only in a body. */
    private String name(AuditEvent event) {
        if (!event.object().name().isEmpty()) {
            return event.object().name();
        }
        for (var field :
                List.of(
                        "responseObject.metadata.name",
                        "requestObject.metadata.name",
                        "requestObject.metadata.generateName")) {
            if (event.verb().equals("create")
                    && event.object().subresource().isEmpty()
                    && !view.values(field).isEmpty()) {
                return view.values(field).getFirst().asString("");
            }
        }
        return "";
    }

    private String object(AuditEvent event) {
        var ref = event.object();
        var name = name(event);
        if (ref.resource().isEmpty()) {
            return event.requestURI();
        }
        if (name.isEmpty() && event.verb().equals("create")) {
            return (ref.namespace().isEmpty() ? "" : ref.namespace() + "/") + "(unnamed)";
        }
        if (name.isEmpty()) {
            return ref.namespace().isEmpty() ? "the whole cluster" : "namespace " + ref.namespace();
        }
        return ref.namespace().isEmpty() || ref.resource().equals("namespaces")
                ? name
                : ref.namespace() + "/" + name;
    }

    private String field(String name) {
        var values = view.values(name);
        var words = new ArrayList<String>();
        for (int i = 0; i < values.size() && i < VALUES_MAX; i++) {
            words.add(shown(text(values.get(i))));
        }
        if (values.size() > VALUES_MAX) {
            words.add("…");
        }
        return words.isEmpty() ? "(not recorded)" : String.join(", ", words);
    }

    private static String text(JsonNode value) {
        return value.isContainer() ? value.toString() : value.asString("");
    }

    /** Whom and what the event concerns, the actor first. */
    List<EntityRef> entities() {
        if (event == null) {
            return alerted();
        }
        var entities = new LinkedHashSet<EntityRef>();
        if (!event.user().isEmpty()) {
            entities.add(new EntityRef("user", event.user()));
        }
        if (!event.impersonatedUser().isEmpty()) {
            entities.add(new EntityRef("user", event.impersonatedUser()));
        }
        var ref = event.object();
        var name = name(event);
        if (!ref.resource().isEmpty() && !name.isEmpty()) {
            boolean plain = ref.namespace().isEmpty() || ref.resource().equals("namespaces");
            entities.add(
                    new EntityRef(
                            Singular.of(ref.resource()),
                            plain ? name : ref.namespace() + "/" + name));
        }
        if (!event.address().isEmpty()) {
            entities.add(new EntityRef("ip", event.address()));
        }
        int images = 0;
        for (var field : IMAGES) {
            for (var image : view.values(field)) {
                if (image.isString() && images++ < IMAGES_MAX) {
                    entities.add(new EntityRef("image", image.asString()));
                }
            }
        }
        return List.copyOf(entities);
    }

    /** Whose request a policy judged, and where a sensor or a log saw it (see Lens). */
    private List<EntityRef> alerted() {
        var entities = new ArrayList<EntityRef>();
        boolean policy =
                switch (view.view().source().kind()) {
                    case OPA, GATEKEEPER -> true;
                    default -> false;
                };
        if (policy && !word("user.name").isEmpty()) {
            entities.add(new EntityRef("user", word("user.name")));
        }
        var pod = word("k8s.pod.name");
        if (!pod.isEmpty()) {
            entities.add(new EntityRef("pod", word("k8s.namespace.name") + "/" + pod));
        } else if (!word("host.name").isEmpty()) {
            entities.add(new EntityRef("node", word("host.name")));
        }
        var image = word("container.image.name");
        if (!image.isEmpty()) {
            var tag = word("output_fields.container.image.tag");
            entities.add(new EntityRef("image", tag.isEmpty() ? image : image + ":" + tag));
        }
        return entities;
    }

    private String word(String field) {
        var values = view.values(field);
        return values.isEmpty() || !values.getFirst().isString()
                ? ""
                : values.getFirst().asString();
    }

    /** The rule's title; one of ours may name what stands in the event. */
    String title(Rule rule) {
        return rule.foreign() || rule.title().indexOf('{') < 0
                ? rule.title()
                : filled(rule.title(), "");
    }

    /** The rule's techniques, and those that a sensor names in its tags. */
    List<String> techniques(Rule rule) {
        if (event != null || rule.foreign()) {
            return rule.techniques();
        }
        var techniques = new LinkedHashSet<>(rule.techniques());
        for (var tag : view.values("tags")) {
            if (TECHNIQUE.matcher(tag.asString("")).matches()) {
                techniques.add(tag.asString());
            }
        }
        return List.copyOf(techniques);
    }

    /** What identical acts have in common; from elsewhere it may be somebody else. */
    String act() {
        if (event == null) {
            return view.view().source().path() + "\n" + alerted();
        }
        return String.join(
                "\n",
                event.verb(),
                event.what(),
                object(event),
                Integer.toString(event.code()),
                event.address());
    }

    /** Who acted, for grouping. */
    String actor() {
        if (event == null) {
            return "";
        }
        return event.user() + "\n" + event.impersonatedUser();
    }

    /**
     * Who acted, and with what from where: what a thief does with a stolen name is never folded
     * into what its owner does.
     */
    String client() {
        return event == null ? "" : actor() + "\n" + event.address() + "\n" + event.userAgent();
    }

    /** Fit for a line of text, cut when long. */
    static String shown(String secretive) {
        return plain(
                Mask.text(secretive.substring(0, Math.min(secretive.length(), MASKED_CHARS_MAX))));
    }

    /** As {@link #shown}, for what holds no secrets. */
    private static String plain(String text) {
        var safe = new StringBuilder(Math.min(text.length(), VALUE_CHARS_MAX));
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            if (safe.length() >= VALUE_CHARS_MAX) {
                return safe.append('…').toString();
            }
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR,
                        Character.PRIVATE_USE,
                        Character.SURROGATE,
                        Character.UNASSIGNED ->
                        safe.append(String.format("\\u%04x", c));
                default -> safe.appendCodePoint(c);
            }
        }
        return safe.toString();
    }
}
