package dev.spoor.report;

import dev.spoor.detect.Exceptions;
import dev.spoor.detect.Finding;
import dev.spoor.detect.Readiness;
import dev.spoor.event.Gap;
import dev.spoor.event.Level;
import dev.spoor.event.Source;
import dev.spoor.incident.Incident;
import dev.spoor.incident.Risk;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything a scan has to say: what the JSON document, the page and the terminal summary are
 * written from. Holds what came out of the stages, unmasked; the writers mask.
 *
 * @param version of Spoor
 * @param findings sorted by time, rule, source, line, item
 * @param incidents in order of start
 * @param exceptions what held findings back; these are not among the findings
 */
public record ScanResult(
        String version,
        Input input,
        List<Finding> findings,
        List<Incident> incidents,
        Readiness readiness,
        List<Exceptions.Use> exceptions,
        Evidence ledger) {
    public ScanResult {
        findings = List.copyOf(findings);
        incidents = List.copyOf(incidents);
        exceptions = List.copyOf(exceptions);
    }

    /**
     * How much of the findings one rule makes.
     *
     * @param medium of level medium or above
     * @param share of all findings, 0 to 1
     * @param overBudget it makes more than {@link #ALERTS_SHARE_MAX} of the findings of level
     *     medium or above, where there are more than {@link #ALERTS_MIN}
     */
    public record Noise(String rule, int findings, int medium, double share, boolean overBudget) {}

    /** What one rule may make of the alerts: a louder one hides the others. */
    public static final double ALERTS_SHARE_MAX = 0.2;

    /** Of fewer alerts shares say nothing. */
    public static final int ALERTS_MIN = 20;

    /** Every rule that found something, the loudest first. */
    public List<Noise> noise() {
        var counts = new TreeMap<String, int[]>();
        for (var finding : findings) {
            var count = counts.computeIfAbsent(finding.rule(), _ -> new int[2]);
            count[0]++;
            count[1] += finding.level().compareTo(Level.MEDIUM) >= 0 ? 1 : 0;
        }
        int alerts = counts.values().stream().mapToInt(count -> count[1]).sum();
        var noise = new ArrayList<Noise>();
        counts.forEach((rule, count) ->
                noise.add(
                        new Noise(
                                rule,
                                count[0],
                                count[1],
                                (double) count[0] / findings.size(),
                                alerts > ALERTS_MIN && count[1] > ALERTS_SHARE_MAX * alerts)));
        noise.sort(Comparator.comparingInt(Noise::findings).reversed());
        return noise;
    }

    /** How much there is against whom, at the time of the last event. */
    public List<Risk> risk() {
        var at = input.to();
        return at == null ? List.of() : Risk.of(findings, at);
    }

    /**
     * What was read.
     *
     * @param bytes as they lay on disk or came in, before decompression
     * @param events received events, Spoor's own records not counted
     * @param requests API requests: all stages of one call are one
     * @param from time of the earliest event, {@code to} of the latest; null when no event tells
     */
    public record Input(
            long files,
            long bytes,
            long events,
            long requests,
            @Nullable Instant from,
            @Nullable Instant to,
            List<Counted> sources,
            List<Gap> gaps) {
        public Input {
            if (files < 0 || bytes < 0 || events < 0 || requests < 0) {
                throw new IllegalArgumentException(
                        "input counts: %d files, %d bytes, %d events, %d requests (expected: 0 or more)"
                                .formatted(files, bytes, events, requests));
            }
            sources = List.copyOf(sources);
            gaps = List.copyOf(gaps);
        }
    }

    /** A source with the number of its events; sources stand in order of their number. */
    public record Counted(Source source, long events) {}

    /**
     * What the evidence can be checked against.
     *
     * @param size entries, Spoor's own records included
     * @param root Merkle root over all entries (RFC 6962), base64
     * @param checkpoint the signed note (C2SP tlog-checkpoint)
     * @param directory where the ledger was kept, null when it was temporary; not part of the JSON
     *     document
     */
    public record Evidence(long size, String root, String checkpoint, @Nullable String directory) {}

    /** Incident id by finding id; a finding without an incident is missing. */
    public Map<String, String> incidentByFinding() {
        var all = new HashMap<String, String>();
        for (var incident : incidents) {
            for (var finding : incident.findings()) {
                all.putIfAbsent(finding, incident.id());
            }
        }
        return all;
    }

    /** Findings per level; every level has a count. */
    public Map<Level, Integer> findingsByLevel() {
        var counts = new EnumMap<Level, Integer>(Level.class);
        for (var level : Level.values()) {
            counts.put(level, 0);
        }
        for (var finding : findings) {
            counts.merge(finding.level(), 1, Integer::sum);
        }
        return counts;
    }
}
