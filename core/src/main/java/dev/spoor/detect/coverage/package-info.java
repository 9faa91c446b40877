/**
 * What the rules cover of the public frameworks, and what of it is more than a claim.
 *
 * <p>In: rules, the cases that show them at work, and, when logs are given, what of those logs the
 * rules could see. Out: one line per technique of MITRE ATT&amp;CK (Containers) and of Microsoft's
 * Threat Matrix for Kubernetes: <em>detected</em> when a rule names it, <em>proven</em> when such a
 * rule has a case that raises it (captured on a real cluster, or made from a format's
 * documentation), <em>visible</em> when the logs show what such a rule looks at. A technique that
 * no rule names is open, with the reason.
 */
@org.jspecify.annotations.NullMarked
package dev.spoor.detect.coverage;
