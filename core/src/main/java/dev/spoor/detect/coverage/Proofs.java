package dev.spoor.detect.coverage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Which rules are shown at work by a case, and what the case rests on. The case files travel with
 * the program; that every one of them holds is tested when it is built.
 *
 * @param byRule by rule id
 */
public record Proofs(Map<String, Proof> byRule) {
    /** What a claim rests on. */
    public enum Proof {
        /** On an event recorded on a real API server. */
        CAPTURED,
        /** On an event made from the format's documentation. */
        MADE,
        /** On nothing. */
        NONE;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private static final Pattern CAPTURED = Pattern.compile("(?m)^captured:");

    private static final Pattern POSITIVE = Pattern.compile("(?m)^positive:");

    public Proofs {
        byRule = Map.copyOf(byRule);
    }

    Proof of(String rule) {
        return byRule.getOrDefault(rule, Proof.NONE);
    }

    /** Of the shipped cases. */
    public static Proofs shipped() {
        var url = Proofs.class.getResource("/cases");
        if (url == null) {
            return new Proofs(Map.of());
        }
        try {
            var uri = url.toURI();
            if (uri.getScheme().equals("jar")) {
                try (var files = FileSystems.newFileSystem(uri, Map.of())) {
                    return read(files.getPath("/cases"));
                }
            }
            return read(Path.of(uri));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(url.toString(), e);
        }
    }

    private static Proofs read(Path folder) throws IOException {
        var proofs = new TreeMap<String, Proof>();
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                var name = String.valueOf(file.getFileName());
                if (name.endsWith(".yml")) {
                    var text = Files.readString(file, StandardCharsets.UTF_8);
                    proofs.put(
                            name.substring(0, name.length() - ".yml".length()),
                            CAPTURED.matcher(text).find()
                                    ? Proof.CAPTURED
                                    : POSITIVE.matcher(text).find() ? Proof.MADE : Proof.NONE);
                }
            }
        }
        return new Proofs(proofs);
    }
}
