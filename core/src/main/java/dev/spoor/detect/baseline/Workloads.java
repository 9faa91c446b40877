package dev.spoor.detect.baseline;

import dev.spoor.event.AuditRequest;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.JsonView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What workloads run and whom they talk to, as runtime sensors saw it: by workload its images
 * (without tag or digest: a new version is no news), by workload and image its destinations. A
 * workload is what its pods have in common: the sensor's own word for it, else the pod's name
 * without what controllers append.
 */
final class Workloads {
    /** More workloads are not learned. */
    static final int WORKLOADS_MAX = 20_000;

    /** Who has more images or destinations roams: one more is no news. */
    static final int VALUES_MAX = 32;

    /** A workload seen in fewer events has no habits yet. */
    private static final int EVENTS_MIN = 20;

    /** Hours of its own that a workload is learned before anything is new for it. */
    private static final int HOURS_MIN = 24;

    private static final Pattern APPENDED =
            Pattern.compile(
                    "(-[bcdfghjklmnpqrstvwxz2456789]{6,10})?-[bcdfghjklmnpqrstvwxz2456789]{5}$|-\\d+$");

    private final Map<Watch.Kind, Watch> watches;
    private final Told told;
    private final Map<String, Workload> workloads = new LinkedHashMap<>();

    private static final class Workload {
        final long first;
        long last;
        int events;
        final Map<String, Trait> images = new LinkedHashMap<>();
        final Map<String, Trait> destinations = new LinkedHashMap<>();

        Workload(long hour) {
            first = hour;
            last = hour;
        }
    }

    Workloads(Map<Watch.Kind, Watch> watches, Told told) {
        this.watches = watches;
        this.told = told;
    }

    void take(Held.Kept kept, Instant time, boolean judged) {
        var view = kept.view();
        var pod = word(view, "k8s.pod.name");
        if (pod.isEmpty()) {
            return;
        }
        var namespace = word(view, "k8s.namespace.name");
        var name = namespace + "/" + owner(view, pod);
        long hour = time.getEpochSecond() / 3600;
        var workload = workload(name, hour);
        if (workload == null) {
            return;
        }
        var image = repository(word(view, "container.image.name"));
        var destination = destination(view);
        boolean usual =
                judged && workload.events >= EVENTS_MIN && hour - workload.first >= HOURS_MIN;
        workload.events++;
        workload.last = Math.max(workload.last, hour);
        var entities = List.of(new EntityRef("pod", namespace + "/" + pod));
        var seen = new Seen(kept.ref(null, null), time, name, entities);
        if (!image.isEmpty() && fresh(workload.images, image, hour) && usual) {
            tell(Watch.Kind.IMAGE, workload.images, image, seen, hour - workload.first);
        }
        var talk = image + " to " + destination;
        if (!destination.isEmpty() && fresh(workload.destinations, talk, hour) && usual) {
            tell(Watch.Kind.DESTINATION, workload.destinations, talk, seen, hour - workload.first);
        }
    }

    private record Seen(EventRef ref, Instant time, String workload, List<EntityRef> entities) {}

    private @Nullable Workload workload(String name, long hour) {
        var known = workloads.get(name);
        if (known != null) {
            return known;
        }
        if (workloads.size() >= WORKLOADS_MAX) {
            workloads.values().removeIf(one -> hour - one.last > Habits.FORGET_HOURS);
        }
        if (workloads.size() >= WORKLOADS_MAX) {
            return null;
        }
        var added = new Workload(hour);
        workloads.put(name, added);
        return added;
    }

    private static boolean fresh(Map<String, Trait> values, String value, long hour) {
        var known = values.get(value);
        if (known == null && values.size() < VALUES_MAX) {
            values.put(value, new Trait(value, hour));
            return true;
        }
        boolean fresh = known != null && !known.remembered(hour);
        if (known != null) {
            known.seen(hour);
        }
        return fresh;
    }

    private void tell(
            Watch.Kind kind, Map<String, Trait> values, String value, Seen seen, long hours) {
        var watch = watches.get(kind);
        if (watch == null || values.size() < 2 || values.size() > Baselines.ROAMING_MIN) {
            return;
        }
        told.tell(
                new Told.Difference(
                        watch, seen.workload, watch.level(), seen.time, seen.entities, seen.ref),
                new Told.Detail() {
                    @Override
                    public String why() {
                        return sentence(watch, values, value, seen, hours);
                    }

                    @Override
                    public @Nullable AuditRequest request() {
                        return null;
                    }
                });
    }

    private String sentence(
            Watch watch, Map<String, Trait> values, String value, Seen seen, long hours) {
        var before = new ArrayList<>(values.keySet());
        before.remove(value);
        int others = -1;
        for (var one : workloads.values()) {
            var theirs = watch.kind() == Watch.Kind.IMAGE ? one.images : one.destinations;
            others += theirs.containsKey(value) ? 1 : 0;
        }
        return new Sentence(watch.why())
                .with("user", seen.workload)
                .with("value", value)
                .with("known", String.join(", ", before))
                .with("learned", Sentence.span(hours))
                .with("others", others)
                .with("peers", workloads.size() - 1)
                .text();
    }

    private static String owner(JsonView view, String pod) {
        var named = word(view, "process_exec.process.pod.workload");
        return named.isEmpty() ? APPENDED.matcher(pod).replaceFirst("") : named;
    }

    /** {@code registry/app} of {@code registry/app:1.2@sha256:…}. */
    static String repository(String image) {
        int digest = image.indexOf('@');
        var named = digest < 0 ? image : image.substring(0, digest);
        int tag = named.lastIndexOf(':');
        return tag > named.lastIndexOf('/') ? named.substring(0, tag) : named;
    }

    /** Addresses of one /24 are one destination; a port sets them apart. */
    private static String destination(JsonView view) {
        var address = word(view, "destination.address");
        var port = word(view, "destination.port");
        if (address.isEmpty()) { // Falco's connection in one word: 10.2.3.4:5000->192.0.2.1:443
            var talk = word(view, "output_fields.fd.name");
            int arrow = talk.indexOf("->");
            int colon = talk.lastIndexOf(':');
            if (arrow < 0 || colon < arrow) {
                return "";
            }
            address = talk.substring(arrow + 2, colon);
            port = talk.substring(colon + 1);
        }
        return Values.network(address) + (port.isEmpty() ? "" : " port " + port);
    }

    private static String word(JsonView view, String field) {
        var values = view.values(field);
        return values.isEmpty() ? "" : text(values.getFirst());
    }

    private static String text(JsonNode value) {
        return value.isContainer() ? "" : value.asString("");
    }
}
