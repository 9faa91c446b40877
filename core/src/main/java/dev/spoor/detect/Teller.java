package dev.spoor.detect;

import dev.spoor.detect.sigma.Rule;
import dev.spoor.event.AuditEvent;
import dev.spoor.event.EntityRef;
import dev.spoor.event.JsonView;
import dev.spoor.event.Level;
import dev.spoor.event.Mask;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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

    /** Stands in a sentence for what the event does not say. */
    private static final String UNRECORDED = "(not recorded)";

    private static final Pattern TECHNIQUE = Pattern.compile("T\\d{4}(\\.\\d{3})?");

    private static final List<String> IMAGES =
            List.of(
                    "spec.containers.image",
                    "spec.initContainers.image",
                    "spec.ephemeralContainers.image",
                    "spec.template.spec.containers.image",
                    "spec.jobTemplate.spec.template.spec.containers.image");

    /** Only the event can tell the grade. */
    static final int GRADE_UNKNOWN = -1;

    private final @Nullable RuleView view;
    private final @Nullable AuditEvent event;
    private @Nullable String name;

    /** For what is no audit record, the event is null; what is {@link #lasting} needs no view. */
    Teller(@Nullable RuleView view, @Nullable AuditEvent event) {
        this.view = view;
        this.event = event;
    }

    private RuleView view() {
        return Objects.requireNonNull(view, "what lasts is told by the event alone");
    }

    @Nullable AuditEvent event() {
        return event;
    }

    /** The event when it tells by itself whom and what it concerns; else null. */
    @Nullable AuditEvent lasting() {
        return event != null && event.requestBody() == null && event.responseBody() == null
                ? event
                : null;
    }

    /** What a sentence can say of an audit event without its fields ({@link #known}). */
    private static final Set<String> NAMES =
            Set.of(
                    ":title",
                    "user",
                    "actor",
                    "verb",
                    "did",
                    "kind",
                    "what",
                    "resource",
                    "subresource",
                    "namespace",
                    "name",
                    "object",
                    "address",
                    "code");

    /** Whether an audit event that is {@link #lasting} can fill these words. */
    static boolean lasts(String template) {
        int from = 0;
        for (int open = template.indexOf('{'); open >= 0; open = template.indexOf('{', from)) {
            int close = template.indexOf('}', open);
            if (close < 0) {
                break;
            }
            if (!NAMES.contains(template.substring(open + 1, close))) {
                return false;
            }
            from = close + 1;
        }
        return true;
    }

    /** What was done, in words. */
    String why(Rule rule, int grade) {
        var template = template(rule, grade);
        return filled(template, rule.title()) + result(template);
    }

    /** Which of the rule's grades is the first to hold; their number when none does. */
    int grade(Rule rule) {
        int grade = 0;
        while (grade < rule.levels().size() && !rule.levels().get(grade).when().holds(view())) {
            grade++;
        }
        return grade;
    }

    static Level level(Rule rule, int grade) {
        return grade == rule.levels().size() ? rule.level() : rule.levels().get(grade).level();
    }

    /** The words of a grade, the rule's, or its title. */
    String template(Rule rule, int grade) {
        var special = grade == rule.levels().size() ? null : rule.levels().get(grade).why();
        var template = special != null ? special : rule.why();
        if (template == null) {
            return event == null ? "{:title}" : "{actor}: {:title} ({verb} {what} {object})";
        }
        return template;
    }

    /** What failed is not told as done, whatever the rule's words; some say it themselves. */
    private String result(String template) {
        int code = event == null ? 0 : event.code();
        if (code < 400
                || template.contains("{did}")
                || template.contains("{code}")
                || template.contains("refused")
                || template.contains("(" + code + ")")) {
            return "";
        }
        return switch (code) {
            case 401 -> "; the API server did not know the credentials (401)";
            case 403 -> "; the API server refused it (403)";
            case 404 -> "; there was none (404)";
            default -> "; it failed (" + code + ")";
        };
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
            var value = name.equals(":title") ? plain(title) : value(name);
            from = close + 1;
            if (value.equals(UNRECORDED) && bracketed(sentence, template, from)) {
                value = UNRECORDED.substring(1, UNRECORDED.length() - 1);
            }
            sentence.append(value);
            if (value.isEmpty() && template.startsWith(" ", from) && endsWord(sentence)) {
                from++; // what is not there leaves no second blank
            }
        }
        return sentence.append(template, from, template.length()).toString();
    }

    /** Whether the words bring their own brackets for what stands here. */
    private static boolean bracketed(StringBuilder sentence, String template, int after) {
        return !sentence.isEmpty()
                && sentence.charAt(sentence.length() - 1) == '('
                && template.startsWith(")", after);
    }

    private static boolean endsWord(StringBuilder sentence) {
        return !sentence.isEmpty() && sentence.charAt(sentence.length() - 1) == ' ';
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
                var words = view().values("spoor.command");
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
    String name(AuditEvent event) {
        if (name == null) {
            name = event.object().name();
            if (name.isEmpty()
                    && event.verb().equals("create")
                    && event.object().subresource().isEmpty()) {
                name = newName(event);
            }
        }
        return name;
    }

    private static String newName(AuditEvent event) {
        var answered = metadata(event.responseObject(), "name");
        if (!answered.isEmpty()) {
            return answered;
        }
        var sent = metadata(event.requestObject(), "name");
        return sent.isEmpty() ? metadata(event.requestObject(), "generateName") : sent;
    }

    private static String metadata(@Nullable JsonNode body, String key) {
        return body == null ? "" : body.path("metadata").path(key).asString("");
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
        var values = view().values(name);
        var words = new ArrayList<String>();
        for (int i = 0; i < values.size() && i < VALUES_MAX; i++) {
            words.add(shown(text(values.get(i))));
        }
        if (values.size() > VALUES_MAX) {
            words.add("…");
        }
        return words.isEmpty() ? UNRECORDED : String.join(", ", words);
    }

    private static String text(JsonNode value) {
        return value.isContainer() ? value.toString() : value.asString("");
    }

    /** Whom and what the event concerns, the actor first. */
    List<EntityRef> entities() {
        if (event == null) {
            return alerted();
        }
        var entities = new ArrayList<EntityRef>(4);
        if (!event.user().isEmpty()) {
            entities.add(new EntityRef("user", event.user()));
        }
        if (!event.impersonatedUser().isEmpty() && !event.impersonatedUser().equals(event.user())) {
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
        var sent = event.requestObject();
        if (sent != null) {
            images(sent, entities);
        }
        return List.copyOf(entities);
    }

    private static void images(JsonNode sent, List<EntityRef> entities) {
        var images = new LinkedHashSet<String>();
        for (var field : IMAGES) {
            var found = new ArrayList<JsonNode>();
            JsonView.collect(sent, field, found);
            for (var image : found) {
                if (image.isString() && images.size() < IMAGES_MAX) {
                    images.add(image.asString());
                }
            }
        }
        images.forEach(image -> entities.add(new EntityRef("image", image)));
    }

    /** Whose request a policy judged, and where a sensor or a log saw it (see Lens). */
    private List<EntityRef> alerted() {
        var entities = new ArrayList<EntityRef>();
        boolean policy =
                switch (view().view().source().kind()) {
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
        var values = view().values(field);
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
        for (var tag : view().values("tags")) {
            if (TECHNIQUE.matcher(tag.asString("")).matches()) {
                techniques.add(tag.asString());
            }
        }
        return List.copyOf(techniques);
    }

    /** Fit for a line of text, cut when long. */
    static String shown(String secretive) {
        return plain(
                Mask.text(secretive.substring(0, Math.min(secretive.length(), MASKED_CHARS_MAX))));
    }

    /** As {@link #shown}, for what holds no secrets. */
    private static String plain(String text) {
        return text.length() <= VALUE_CHARS_MAX && ordinary(text) ? text : spelled(text);
    }

    /** Nothing but printable ASCII, as nearly every name is. */
    private static boolean ordinary(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    private static String spelled(String text) {
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
