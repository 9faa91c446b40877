/**
 * Incident reports and machine documents: the contract's JSON, the self-contained HTML page.
 * Secrets are masked in every view.
 */
@org.jspecify.annotations.NullMarked
package dev.spoor.report;
