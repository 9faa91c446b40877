package dev.spoor.event;

/**
 * A thing with an identity over time, as the contract names it.
 *
 * @param kind {@code user} (audit user name), {@code ip}, {@code image}, {@code credential}, or the
 *     singular lower-case resource
 * @param id the name; for objects {@code namespace/name}, or {@code name} for cluster-scoped ones
 */
public record EntityRef(String kind, String id) {}
