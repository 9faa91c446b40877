/**
 * Findings told as one story: grouping by actor, credential and object chain, ordered sentences,
 * scope. Deterministic: the same findings give the same incidents. Never joins by an address, a
 * namespace, an impersonated name or an equal object name without equal UID alone.
 */
@org.jspecify.annotations.NullMarked
package dev.spoor.incident;
