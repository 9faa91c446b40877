/**
 * Why a call failed: four kinds, named by who must act. Thrown unchecked, translated once at each
 * edge.
 */
@org.jspecify.annotations.NullMarked
package dev.spoor.fault;
