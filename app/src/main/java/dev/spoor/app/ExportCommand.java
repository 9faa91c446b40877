package dev.spoor.app;

import dev.spoor.event.Kind;
import dev.spoor.event.Source;
import dev.spoor.fault.Rejected;
import dev.spoor.fault.Tampered;
import dev.spoor.fault.Unavailable;
import dev.spoor.intake.Original;
import dev.spoor.ledger.LedgerReader;
import dev.spoor.query.Predicate;
import dev.spoor.query.Test;
import dev.spoor.report.Visible;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spoor export --original}: a source's bytes as they were, decompressed. */
@Command(
        name = "export",
        description = "Gives a source back byte for byte, as it was before it was read.",
        footer = {
            "",
            "SOURCE is a path as `spoor search '* | top source.path' DIR` names it.",
            "",
            "Example:",
            "  spoor export --original audit.log evidence > audit.log",
        })
final class ExportCommand extends Answering {
    /** Events on their way from the ledger to the output. */
    private static final int EVENTS_WAITING_MAX = 1024;

    private static final byte[] END = new byte[0];

    @Option(
            names = "--original",
            required = true,
            paramLabel = "SOURCE",
            description = "the source to give back")
    private String original = "";

    @Option(
            names = "--time",
            paramLabel = "N",
            description = "when SOURCE was read more than once: what was read the N-th time")
    private int time;

    @Parameters(paramLabel = "DIR", description = "a folder made by scan --data")
    private Path data = Path.of("");

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "the key that the kept evidence is encrypted with")
    private @Nullable Path keyFile;

    ExportCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        try (var ledger =
                LedgerReader.open(Kept.toVerify(data), KeyFile.reading(keyFile, surroundings))) {
            for (var source : named(ledger.sources())) {
                write(ledger, source);
            }
            surroundings.out().flush();
            return Main.DONE;
        } catch (IOException e) {
            throw new Unavailable("standard output: " + e.getMessage(), e);
        }
    }

    private void write(LedgerReader ledger, Source source) throws IOException {
        var descriptions = new ArrayList<byte[]>();
        ledger.search(
                new Predicate.Field("source.kind", new Test.Equal(Kind.SPOOR_WRAPPER.id(), true)),
                null,
                null,
                entry -> {
                    if (entry.source().id() == source.id()) {
                        descriptions.add(entry.original());
                    }
                    return true;
                });
        try (var events = new Events(ledger, source)) {
            Original.write(descriptions, events, surroundings.out());
        }
    }

    /** A path that was read more than once gives all of it, in the order in which it was read. */
    private List<Source> named(List<Source> sources) {
        var fits = sources.stream().filter(source -> source.path().equals(original)).toList();
        if (fits.isEmpty() || time < 0 || time > fits.size()) {
            throw new Rejected(
                    "%d sources are named %s (expected: %s of the %d in %s)"
                            .formatted(
                                    fits.size(),
                                    original,
                                    fits.isEmpty() ? "one" : "--time 1 to " + fits.size(),
                                    sources.size(),
                                    data));
        }
        if (time > 0) {
            return List.of(fits.get(time - 1));
        }
        if (fits.size() > 1) {
            surroundings.note(
                    "%s was read %d times: all of it, in that order (--time N: only the N-th)"
                            .formatted(Visible.text(original), fits.size()));
        }
        return fits;
    }

    /** The ledger gives events to a visitor; here they are pulled one by one. */
    private static final class Events implements Iterator<byte[]>, AutoCloseable {
        private final ArrayBlockingQueue<byte[]> waiting =
                new ArrayBlockingQueue<>(EVENTS_WAITING_MAX);
        private final Thread reading;
        private byte @Nullable [] next;
        private volatile @Nullable RuntimeException failure;

        Events(LedgerReader ledger, Source source) {
            reading = Thread.ofVirtual().name("export").start(() -> read(ledger, source));
        }

        private void read(LedgerReader ledger, Source source) {
            try {
                ledger.search(
                        new Predicate.Field("source.path", new Test.Equal(source.path(), true)),
                        null,
                        null,
                        event -> event.source().id() != source.id() || put(event.original()));
                var unread = ledger.unread();
                if (!unread.isEmpty()) {
                    throw new Tampered("not all of it can be read: " + unread.getFirst());
                }
            } catch (RuntimeException e) {
                failure = e;
            } finally {
                put(END);
            }
        }

        private boolean put(byte[] event) {
            try {
                // An empty event cannot be: intake delivers none
                waiting.put(event);
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        @Override
        public boolean hasNext() {
            if (next == null) {
                try {
                    next = waiting.take();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    next = END;
                }
                if (failure != null) {
                    throw failure;
                }
            }
            return next != END;
        }

        @Override
        public byte[] next() {
            if (!hasNext() || next == null) {
                throw new NoSuchElementException();
            }
            var event = next;
            next = null;
            return event;
        }

        @Override
        public void close() {
            reading.interrupt();
            try {
                reading.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
