package dev.spoor.intake.file;

import dev.spoor.event.EventSink;
import dev.spoor.event.Gap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the files that paths name, in a fixed order; what cannot be read becomes a gap. */
final class FileSearch {
    /**
     * A file to read.
     *
     * @param file null = standard input
     * @param name as the user knows it
     * @param size bytes as stored
     */
    record Found(@Nullable Path file, String name, long size) {}

    private final EventSink sink;
    private final List<Found> found = new ArrayList<>();
    private final Set<Object> seen = new HashSet<>();
    private boolean full;

    private FileSearch(EventSink sink) {
        this.sink = sink;
    }

    static List<Found> all(List<String> paths, EventSink sink) {
        var search = new FileSearch(sink);
        for (var path : paths) {
            search.path(path);
        }
        return search.found;
    }

    private void path(String given) {
        if (given.equals("-")) {
            if (seen.add("-")) {
                found.add(new Found(null, "-", -1));
            }
            return;
        }
        try {
            var path = Path.of(given);
            if (Files.exists(path, java.nio.file.LinkOption.NOFOLLOW_LINKS) || !glob(given)) {
                visit(path, null, slashes(path), new ArrayList<>());
                return;
            }
            matches(given);
        } catch (InvalidPathException e) {
            gap("unreadable", given, "not a path on this system");
        }
    }

    private static boolean glob(String given) {
        return given.chars().anyMatch(c -> c == '*' || c == '?' || c == '[' || c == '{');
    }

    /** Walks from the folder before the first wildcard. */
    private void matches(String given) {
        int wild = 0;
        while ("*?[{".indexOf(given.charAt(wild)) < 0) {
            wild++;
        }
        int slash = given.lastIndexOf('/', wild);
        var base = slash < 0 ? Path.of("") : Path.of(given.substring(0, Math.max(slash, 1)));
        PathMatcher matcher;
        try {
            matcher = FileSystems.getDefault().getPathMatcher("glob:" + given);
        } catch (IllegalArgumentException e) {
            gap("unreadable", given, "not a valid pattern: " + e.getMessage());
            return;
        }
        int before = found.size();
        boolean deep = given.contains("**");
        int depth = (int) given.chars().skip(Math.max(slash, 0)).filter(c -> c == '/').count();
        matches(
                base,
                matcher,
                deep ? FileLimits.FOLDERS_MAX : Math.max(depth, 1),
                new ArrayList<>());
        if (found.size() == before) {
            gap("unreadable", given, "no file matches");
        }
    }

    private void matches(Path folder, PathMatcher matcher, int depth, List<Object> open) {
        for (var child : children(folder, slashes(folder))) {
            if (matcher.matches(child)) {
                visit(child, null, slashes(child), new ArrayList<>());
            } else if (depth > 1 && Files.isDirectory(child)) {
                var key = key(child);
                if (!open.contains(key)) {
                    open.add(key);
                    matches(child, matcher, depth - 1, open);
                    open.removeLast();
                }
            }
        }
    }

    /**
     * @param root the scanned folder, null for a path given by the user
     * @param open the folders that lead here
     */
    private void visit(Path path, @Nullable Path root, String name, List<Object> open) {
        if (full) {
            return;
        }
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (IOException | SecurityException e) {
            gap("unreadable", name, reason(path, e));
            return;
        }
        var key = attributes.fileKey() == null ? path.toAbsolutePath() : attributes.fileKey();
        if (attributes.isDirectory()) {
            folder(path, root == null ? path : root, name, key, open);
        } else if (attributes.isRegularFile()) {
            if (found.size() >= FileLimits.FILES_MAX) {
                full = true;
                gap("limit", name, "more than " + FileLimits.FILES_MAX + " files");
            } else if (seen.add(key)) {
                found.add(new Found(path, name, attributes.size()));
            }
        } else {
            gap("unreadable", name, "neither a file nor a folder (a pipe, socket or device)");
        }
    }

    private void folder(Path path, Path root, String name, Object key, List<Object> open) {
        if (open.contains(key)) {
            gap("loop", name, "the folder contains itself through a link");
            return;
        }
        if (open.size() >= FileLimits.FOLDERS_MAX) {
            gap("limit", name, "more than " + FileLimits.FOLDERS_MAX + " folders deep");
            return;
        }
        if (!seen.add(key)) {
            return;
        }
        open.add(key);
        for (var child : children(path, name)) {
            visit(child, root, slashes(root.relativize(child)), open);
        }
        open.removeLast();
    }

    private List<Path> children(Path folder, String name) {
        try (var list = Files.list(folder)) {
            // by name, as text: the same order on every machine
            return list.sorted((a, b) -> a.toString().compareTo(b.toString())).toList();
        } catch (IOException | UncheckedIOException | SecurityException e) {
            gap("unreadable", name, reason(folder, e));
            return List.of();
        }
    }

    /** What the file system knows a file as, whatever its name. */
    static Object key(Path path) {
        try {
            var key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            return key == null ? path.toAbsolutePath() : key;
        } catch (IOException e) {
            return path.toAbsolutePath();
        }
    }

    static String reason(Path path, Exception e) {
        return switch (e) {
            case java.nio.file.NoSuchFileException _ ->
                    Files.isSymbolicLink(path) ? "the link leads nowhere" : "no such file";
            case java.nio.file.AccessDeniedException _ -> "no permission to read";
            case FileSystemException failed when failed.getReason() != null ->
                    String.valueOf(failed.getReason());
            default -> String.valueOf(e.getMessage());
        };
    }

    private static String slashes(Path path) {
        return path.toString().replace('\\', '/');
    }

    private void gap(String kind, String name, String detail) {
        sink.gap(-1, new Gap(kind, name, null, detail, 0));
    }
}
