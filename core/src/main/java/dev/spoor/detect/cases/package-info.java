/**
 * Small cases that show what a rule finds and what it leaves alone, as text beside the rules.
 *
 * <p>In: a case file. Out: requests as audit events, and whether a rule says about each what the
 * file expects. Users copy these files for rules of their own; docs in {@code scenarios/README.md}.
 */
@org.jspecify.annotations.NullMarked
package dev.spoor.detect.cases;
