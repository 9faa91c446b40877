/**
 * Questions the system asks: rules over events become findings.
 *
 * <p>In: events as they are scanned (their dictionary codes decide which rules can hold at all) and
 * the ledger (for whole requests). Out: {@link dev.spoor.detect.Finding}s, sorted. A rule judges
 * requests, not records: the last stage recorded decides.
 */
@org.jspecify.annotations.NullMarked
package dev.spoor.detect;
