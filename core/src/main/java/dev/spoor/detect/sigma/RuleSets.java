package dev.spoor.detect.sigma;

import dev.spoor.fault.Rejected;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Where rules come from. */
public final class RuleSets {
    /** More rule files in one folder are refused. */
    public static final int FILES_MAX = 20_000;

    /** Folders nested deeper are not entered. */
    private static final int FOLDERS_MAX = 16;

    private static final String SIGMAHQ =
            "https://github.com/SigmaHQ/sigma/blob/master/rules/application/kubernetes/audit/";

    private RuleSets() {}

    /** The rules of ours that ship with this version; a broken one is our fault and is thrown. */
    public static RuleSet shipped() {
        return whole(resources("/rules/shipped"));
    }

    /** SigmaHQ's Kubernetes audit rules, unchanged, each with its author and its address. */
    public static RuleSet sigmahq() {
        return whole(resources("/rules/sigmahq"));
    }

    private static RuleSet whole(RuleSet read) {
        var set = read.linked();
        if (!set.refused().isEmpty()) {
            throw new IllegalStateException(set.refused().getFirst().toString());
        }
        return set;
    }

    /**
     * A rule file, or a folder of {@code .yml} and {@code .yaml} files, in the order of their
     * names. What cannot be used is told in {@link RuleSet#refused()}.
     *
     * @throws Rejected when there is no such file or folder
     */
    public static RuleSet load(Path path) {
        return load(path, Placeholders.NONE);
    }

    /** As {@link #load(Path)}, with values for placeholders. */
    public static RuleSet load(Path path, Placeholders placeholders) {
        return read(files(path), placeholders).linked();
    }

    /**
     * As {@link #load(Path, Placeholders)}, to be joined with other sets before it is {@link
     * RuleSet#linked}: a correlation may refer to rules of another set.
     */
    public static RuleSet unlinked(Path path, Placeholders placeholders) {
        return read(files(path), placeholders);
    }

    /** Whether the path is a rule file's, or that of a folder with one in it. */
    public static boolean holdsFiles(Path path) {
        return Files.isDirectory(path) ? !files(path).isEmpty() : named(path);
    }

    /** The rule files at a path, sorted. */
    public static List<Path> files(Path path) {
        if (!Files.exists(path)) {
            throw new Rejected("rules: no such file or folder: " + Words.shown(path.toString()));
        }
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> walk = Files.walk(path, FOLDERS_MAX)) {
            var files =
                    walk.filter(RuleSets::named)
                            .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                            .limit(FILES_MAX + 1L)
                            .sorted(Comparator.comparing(Path::toString))
                            .toList();
            if (files.size() > FILES_MAX) {
                throw new Rejected("rules: more than " + FILES_MAX + " files in one folder");
            }
            return files;
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new Unavailable("rules: cannot list " + Words.shown(path.toString()), e);
        }
    }

    private static boolean named(Path file) {
        var name = file.toString();
        return name.endsWith(".yml") || name.endsWith(".yaml");
    }

    private static RuleSet read(List<Path> files, Placeholders placeholders) {
        var rules = new ArrayList<Rule>();
        var correlations = new ArrayList<Correlation>();
        var filters = new ArrayList<Filter>();
        var refused = new ArrayList<RuleSet.Refused>();
        for (var file : files) {
            var name = file.toString().replace('\\', '/');
            try {
                var parsed = RuleParser.read(name, content(file), placeholders);
                for (var rule : parsed.rules()) {
                    var open = parsed.open().get(rule);
                    if (open == null) {
                        rules.add(rule);
                    } else {
                        refused.add(new RuleSet.Refused(name, 1, 1, RuleParser.notGiven(open)));
                    }
                }
                correlations.addAll(parsed.correlations());
                filters.addAll(parsed.filters());
            } catch (Misfit e) {
                refused.add(new RuleSet.Refused(name, e.line(), e.column(), e.reason()));
            }
        }
        return new RuleSet(rules, correlations, filters, refused);
    }

    /**
     * The text of a rule file.
     *
     * @throws Rejected when it is too large or no text
     */
    public static String text(Path file) {
        try {
            return content(file);
        } catch (Misfit e) {
            throw new Rejected(file + ": " + e.reason(), e);
        }
    }

    /** The case files of the shipped rules: text by name. */
    public static Map<String, String> shippedCases() {
        return texts("/cases");
    }

    /** The text of a rule file. */
    static String content(Path file) {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(RuleParser.FILE_BYTES_MAX + 1);
            if (bytes.length > RuleParser.FILE_BYTES_MAX) {
                throw new Misfit(1, 1, "larger than " + RuleParser.FILE_BYTES_MAX + " bytes");
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new Misfit(1, 1, "not UTF-8 text");
        } catch (IOException e) {
            throw new Misfit(
                    1, 1, "cannot be read: " + Words.shown(String.valueOf(e.getMessage())));
        }
    }

    private static RuleSet resources(String folder) {
        return within(folder, RuleSet.NONE, RuleSets::inFolder);
    }

    private static Map<String, String> texts(String folder) {
        return within(
                folder,
                Map.of(),
                path -> {
                    var texts = new java.util.LinkedHashMap<String, String>();
                    files(path)
                            .forEach(file -> texts.put(file.getFileName().toString(), text(file)));
                    return texts;
                });
    }

    private static <T> T within(String folder, T none, Function<Path, T> read) {
        URL url = RuleSets.class.getResource(folder);
        if (url == null) {
            return none;
        }
        try {
            var uri = url.toURI();
            if (!"jar".equals(uri.getScheme())) {
                return read.apply(Path.of(uri));
            }
            var whole = uri.toString();
            var archive = URI.create(whole.substring(0, whole.indexOf('!')));
            try (var jar = FileSystems.newFileSystem(archive, Map.of())) {
                return read.apply(jar.getPath(folder));
            }
        } catch (URISyntaxException | IOException e) {
            throw new Unavailable("rules: cannot read " + folder, e);
        }
    }

    private static RuleSet inFolder(Path folder) {
        boolean sigmahq = folder.endsWith("sigmahq");
        var all = RuleSet.NONE;
        for (var file : files(folder)) {
            var one = read(List.of(file), Placeholders.NONE);
            all = all.and(sigmahq ? linked(one, SIGMAHQ + file.getFileName()) : one);
        }
        return all;
    }

    private static RuleSet linked(RuleSet set, String link) {
        return new RuleSet(
                set.rules().stream().map(rule -> rule.linked(link)).toList(),
                set.correlations(),
                set.filters(),
                set.refused());
    }
}
