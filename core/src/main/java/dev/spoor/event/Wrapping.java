package dev.spoor.event;

/** How a Kubernetes audit event reached us; decides which lens gives the normal audit form. */
public enum Wrapping {
    /** {@code audit.k8s.io} Event as the API server writes it; also an item of an EventList. */
    NATIVE,
    /** The event is a string inside CloudWatch JSON or behind {@code timestamp stream}. */
    EKS,
    /** The event is {@code records[].properties.log}, a string or an object. */
    AKS,
    /**
     * Cloud Logging entry with {@code protoPayload}: no audit event at all; the lens builds one.
     */
    GKE
}
