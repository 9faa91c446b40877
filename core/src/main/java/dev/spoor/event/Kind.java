package dev.spoor.event;

import dev.spoor.fault.Rejected;

/**
 * What produces a source's events; {@link #id()} is the word used in JSON and queries ({@code
 * source.kind}).
 */
public enum Kind {
    KUBERNETES_AUDIT("kubernetes.audit"),
    CONTAINER_CRI("container.cri"),
    CONTAINER_DOCKER("container.docker"),
    SYSLOG("syslog"),
    JOURNAL("journald"),
    FALCO("falco"),
    TETRAGON("tetragon"),
    OPA("opa"),
    GATEKEEPER("gatekeeper"),
    JSON("json"),
    TEXT("text"),
    SPOOR_SOURCE("spoor.source"),
    SPOOR_WRAPPER("spoor.wrapper"),
    SPOOR_GAP("spoor.gap");

    private final String id;

    Kind(String id) {
        this.id = id;
    }

    public String id() {
        return id;
    }

    /**
     * Spoor's own records: {@code *} does not match them and {@code input.events} does not count
     * them.
     */
    public boolean own() {
        return this == SPOOR_SOURCE || this == SPOOR_WRAPPER || this == SPOOR_GAP;
    }

    public static Kind of(String id) {
        for (var kind : values()) {
            if (kind.id.equals(id)) {
                return kind;
            }
        }
        throw new Rejected(
                "source kind: " + id + " (expected one of kubernetes.audit, container.cri, ...)");
    }
}
