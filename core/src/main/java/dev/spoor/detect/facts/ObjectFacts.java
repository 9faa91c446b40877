package dev.spoor.detect.facts;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** What a single object of some other kind says that a rule wants to know. */
final class ObjectFacts {
    private static final String GUARD_LABEL = "pod-security.kubernetes.io/enforce";

    /** A longer-lived token than any client asks for by itself. */
    private static final long LONG_TOKEN_SECONDS = 24 * 3600;

    private static final Pattern SENSITIVE_NAME =
            Pattern.compile(
                    "(^|[-._])(audit|policy|policies|kubeconfig|credentials?|creds?|passwords?|passwd|secrets?|token|aws-auth|admission|extension-apiserver-authentication|cluster-info|kubeadm-config|falco|rules)([-._]|$)");

    private static final Pattern SENSITIVE_TEXT =
            Pattern.compile(
                    "audit\\.k8s\\.io/|-----BEGIN [A-Z ]*PRIVATE KEY|(?i)(password|passwd|secret_?access_?key|api_?key|auth_?token|client-key-data)\\s*[=:]\\s*\\S{4,}|AKIA[0-9A-Z]{16}|eyJhbGciOi|constraints\\.gatekeeper\\.sh|kyverno\\.io/");

    /** One of these stands in every name that {@link #SENSITIVE_NAME} finds, so few are asked. */
    private static final List<String> NAME_PARTS =
            List.of(
                    "audit",
                    "polic",
                    "config",
                    "cred",
                    "passw",
                    "secret",
                    "token",
                    "aws-auth",
                    "admission",
                    "authentication",
                    "cluster-info",
                    "falco",
                    "rules");

    /** Likewise of {@link #SENSITIVE_TEXT}, in small letters. */
    private static final List<String> TEXT_PARTS =
            List.of("audit.k8s", "key", "passw", "token", "akia", "eyj", "gatekeeper", "kyverno");

    private ObjectFacts() {}

    private static boolean has(String text, List<String> parts) {
        for (var part : parts) {
            if (text.contains(part)) {
                return true;
            }
        }
        return false;
    }

    static List<JsonNode> values(Act act, String field) {
        return switch (field) {
            case "spoor.csr.signer" -> Facts.text(spec(act).path("signerName").asString(""));
            case "spoor.csr.user" -> Facts.text(certificate(act).commonName());
            case "spoor.csr.groups" -> Facts.texts(certificate(act).organisations());
            case "spoor.csr.privileged" -> Facts.truth(certificate(act).privileged());
            case "spoor.csr.client" -> Facts.truth(certificateForClients(act));
            case "spoor.csr.approved" -> Facts.truth(approved(act));
            case "spoor.webhook.external" -> Facts.texts(externalUrls(act));
            case "spoor.webhook.ignored" -> Facts.truth(ignoresFailure(act));
            case "spoor.service.externalIPs" -> texts(spec(act).path("externalIPs"));
            case "spoor.service.exposed" -> exposed(act);
            case "spoor.netpol.open" -> Facts.truth(opensAll(act));
            case "spoor.namespace.unguarded" -> Facts.truth(unguarded(act));
            case "spoor.secret.type" -> Facts.text(act.body().path("type").asString(""));
            case "spoor.secret.token" ->
                    Facts.truth(
                            act.body()
                                    .path("type")
                                    .asString("")
                                    .equals("kubernetes.io/service-account-token"));
            case "spoor.configmap.sensitive" -> sensitive(act);
            case "spoor.review.denied" -> Facts.truth(denied(act));
            case "spoor.token.seconds" -> seconds(act);
            case "spoor.token.long" ->
                    Facts.truth(spec(act).path("expirationSeconds").asLong(0) > LONG_TOKEN_SECONDS);
            case "spoor.scale.zero" -> Facts.truth(stopped(act));
            case "spoor.node.cordoned" ->
                    Facts.truth(spec(act).path("unschedulable").asBoolean(false));
            case "spoor.node.tainted" -> Facts.truth(!spec(act).path("taints").isEmpty());
            case "spoor.volume.hostPath" ->
                    Facts.text(
                            spec(act)
                                    .path("hostPath")
                                    .path("path")
                                    .asString(spec(act).path("local").path("path").asString("")));
            default -> List.of();
        };
    }

    private static JsonNode spec(Act act) {
        return act.body().path("spec");
    }

    private static List<JsonNode> texts(JsonNode list) {
        var words = new ArrayList<String>();
        list.forEach(word -> words.add(word.asString("")));
        return Facts.texts(words);
    }

    private static CertificateRequest certificate(Act act) {
        return CertificateRequest.read(spec(act).path("request").asString(""));
    }

    private static boolean certificateForClients(Act act) {
        for (var usage : spec(act).path("usages")) {
            if (usage.asString("").equals("client auth")) {
                return true;
            }
        }
        return spec(act)
                .path("signerName")
                .asString("")
                .equals("kubernetes.io/kube-apiserver-client");
    }

    private static boolean approved(Act act) {
        for (var condition : act.body().path("status").path("conditions")) {
            if (condition.path("type").asString("").equals("Approved")) {
                return true;
            }
        }
        return false;
    }

    /** An admission webhook called by URL may stand anywhere; one called as a service may not. */
    private static TreeSet<String> externalUrls(Act act) {
        var urls = new TreeSet<String>();
        for (var webhook : act.body().path("webhooks")) {
            var url = webhook.path("clientConfig").path("url").asString("");
            var host = url.toLowerCase(Locale.ROOT).replaceFirst("^https?://", "");
            if (!url.isEmpty()
                    && !host.matches("(localhost|127\\.[0-9.]+|\\[::1\\])([:/].*)?")
                    && !host.matches("[a-z0-9.-]+\\.svc(\\.cluster\\.local)?([:/].*)?")) {
                urls.add(url);
            }
        }
        return urls;
    }

    private static boolean ignoresFailure(Act act) {
        for (var webhook : act.body().path("webhooks")) {
            if (webhook.path("failurePolicy").asString("").equals("Ignore")) {
                return true;
            }
        }
        return false;
    }

    private static List<JsonNode> exposed(Act act) {
        var type = spec(act).path("type").asString("");
        return type.equals("NodePort") || type.equals("LoadBalancer")
                ? Facts.text(type)
                : List.of();
    }

    /** A rule without a peer lets everything through (networking.k8s.io/v1 NetworkPolicy). */
    private static boolean opensAll(Act act) {
        for (var rule : spec(act).path("ingress")) {
            if (rule.isObject() && open(rule, "from")) {
                return true;
            }
        }
        for (var rule : spec(act).path("egress")) {
            if (rule.isObject() && open(rule, "to")) {
                return true;
            }
        }
        return false;
    }

    private static boolean open(JsonNode rule, String side) {
        var peers = rule.path(side);
        if (peers.isEmpty()) {
            return rule.path("ports").isEmpty();
        }
        for (var peer : peers) {
            var cidr = peer.path("ipBlock").path("cidr").asString("");
            if (cidr.equals("0.0.0.0/0") || cidr.equals("::/0")) {
                return true;
            }
        }
        return false;
    }

    /** The enforced level is set to the weakest, or taken away by a patch. */
    private static boolean unguarded(Act act) {
        var labels = act.body().path("metadata").path("labels");
        var level = labels.path(GUARD_LABEL);
        return level.asString("").equals("privileged")
                || (act.event.verb().equals("patch") && level.isNull());
    }

    private static List<JsonNode> sensitive(Act act) {
        var found = new TreeSet<String>();
        var name = act.event.object().name();
        if (name.isEmpty()) {
            name = act.body().path("metadata").path("name").asString("");
        }
        if (has(name, NAME_PARTS) && SENSITIVE_NAME.matcher(name).find()) {
            found.add("name");
        }
        int looked = 0;
        for (var entry : act.body().path("data").properties()) {
            if (looked++ == Facts.VALUES_MAX) {
                break;
            }
            var line = entry.getKey() + "=" + entry.getValue().asString("");
            if (has(line.toLowerCase(Locale.ROOT), TEXT_PARTS)
                    && SENSITIVE_TEXT.matcher(line).find()) {
                found.add("content");
            }
        }
        return Facts.texts(found);
    }

    /** The answer stands in the body, when it was recorded; the request itself is a 201. */
    private static boolean denied(Act act) {
        var allowed = act.answer().path("status").path("allowed");
        return allowed.isBoolean() && !allowed.booleanValue();
    }

    private static List<JsonNode> seconds(Act act) {
        var seconds = spec(act).path("expirationSeconds");
        return seconds.isNumber() ? List.of(seconds) : List.of();
    }

    private static boolean stopped(Act act) {
        var replicas = spec(act).path("replicas");
        return replicas.isNumber() && replicas.asLong(1) == 0;
    }
}
