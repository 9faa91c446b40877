package dev.spoor.ledger;

import dev.spoor.event.Kind;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Fault;
import dev.spoor.fault.Overloaded;
import dev.spoor.fault.Tampered;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Writes evidence that exists nowhere else: what is appended is durable before it is acknowledged,
 * can be searched as soon as it is, and is sealed into segments beside that
 * (docs/format/journal.md).
 *
 * <p>Two threads of its own: one writes the journal, many batches with one force of the disk; one
 * seals. When the disk does not take what it is given, appending fails with {@link Overloaded}
 * ("try later"), nothing of the batch is kept, and what was acknowledged stays. Thread-safe.
 */
public final class LiveLedger implements AutoCloseable {
    /** Waits for the disk between attempts to seal. */
    private static final long RETRY_MILLIS = 1000;

    /** Durable entries on their way to the sealing thread; with more, the next batches wait. */
    private static final long PASSING_BYTES_MAX = 8L << 20;

    /** Blocks of one segment: a journal of more entries is sealed. */
    private static final long JOURNAL_ENTRIES_MAX =
            (long) Format.BLOCK_EVENTS * Format.SEGMENT_BLOCKS;

    /** Memory of sealed batches that is kept for the next ones: no more than this many. */
    private static final int SPARE_MAX = 16;

    private record Pending(Batch batch, CompletableFuture<Long> done) {}

    /** A journal on its way to segments. */
    private static final class Job {
        final Journal journal;
        final List<SourceEntry> before; // sources declared before it
        final List<SourceEntry>
                sources; // those it declares too, as far as it was read; of the sealing thread
        volatile @Nullable Merkle upTo; // the tree at its end; null while it is written
        volatile boolean abandoned;
        boolean streaming = true; // of the sealing thread

        Job(Journal journal, List<SourceEntry> before) {
            this.journal = journal;
            this.before = before;
            this.sources = new ArrayList<>(before);
        }
    }

    private final History history;
    private final LiveConfig config;
    private final InstantSource clock;
    private final Sealer sealer;
    private final Retired retired;
    private final Leaves leaves = new Leaves();
    private final Object lock = new Object();
    private final Object opening = new Object();
    private final Thread writing;
    private final Thread sealing;

    private final Deque<byte[]> spare = new ArrayDeque<>(); // under itself

    // under lock
    private final Deque<Pending> pending = new ArrayDeque<>();
    private final Deque<Job> jobs = new ArrayDeque<>(); // the last one may still be written
    private long pendingBytes;
    private boolean closing;
    private boolean written; // the writing thread has ended
    private @Nullable String trouble;
    private int sourceCount;
    private long durable;

    // of the writing thread
    private @Nullable Job job;
    private @Nullable Salts salts;
    private Instant journalSince = Instant.EPOCH;
    private Instant noted = Instant.EPOCH;
    private volatile Checkpoint checkpoint;

    private LiveLedger(History history, LiveConfig config, InstantSource clock) {
        this.history = history;
        this.config = config;
        this.clock = clock;
        this.checkpoint = history.checkpoint();
        this.retired =
                new Retired(history.disk, history.folder, config.copyTime(), config.copyBytes());
        this.sealer =
                new Sealer(
                        history.disk,
                        history.folder,
                        history.keys,
                        config.compares(),
                        name -> retired.scratch(name, clock.instant()));
        this.writing = Thread.ofPlatform().name("ledger-journal").unstarted(this::write);
        this.sealing = Thread.ofPlatform().name("ledger-seal").unstarted(this::seal);
    }

    /**
     * Opens a ledger to write to, or starts one where none is. What an earlier writer acknowledged
     * and did not seal is sealed now; what was cut off by its end is told by a gap.
     *
     * @throws Overloaded when another process writes to it now
     * @throws Tampered when what is there does not give what was signed
     */
    public static LiveLedger open(
            Path directory, LiveConfig config, LedgerKeys keys, InstantSource clock) {
        return open(directory, config, keys, clock, Disk.DURABLE);
    }

    static LiveLedger open(
            Path directory, LiveConfig config, LedgerKeys keys, InstantSource clock, Disk disk) {
        boolean fresh = !Folder.exists(directory);
        var history =
                fresh ? History.create(directory, disk, keys) : History.open(directory, disk, keys);
        try {
            if (fresh) {
                history.publish(new Merkle()); // from now on it is a ledger, of no entries
            }
            var cut = Recovery.run(history);
            var ledger = new LiveLedger(history, config, clock);
            ledger.sourceCount = history.sources.size();
            ledger.durable = history.tree.size();
            ledger.writing.start();
            ledger.sealing.start();
            if (cut != null) {
                ledger.tell(cut);
            }
            return ledger;
        } catch (IOException e) {
            history.close();
            throw new Unavailable("the ledger could not be started: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            history.close();
            throw e;
        }
    }

    private void tell(String cut) {
        waitFor(append(new Batch().gap(-1, Recovery.gap(cut, clock.instant()))));
    }

    /**
     * Declares a source; durable when this returns.
     *
     * @return the number that goes into {@link dev.spoor.event.Received#source}
     * @throws Overloaded when the disk does not take it now
     */
    public int open(Kind kind, Wrapping wrapping, String path, @Nullable String cluster) {
        synchronized (opening) {
            int id = sourceCount;
            var text = SourceEntry.declaration(id, kind, wrapping, path, cluster);
            waitFor(append(new Batch().declaring(id + 1L, text)));
            sourceCount++;
            return id;
        }
    }

    /** All sources, by number, those of earlier writers included. */
    public List<Source> sources() {
        synchronized (history.sources) {
            return history.told();
        }
    }

    /**
     * An empty batch, where possible in the memory of one that is sealed: memory that was used just
     * now is nearer than fresh one, and need not be cleared.
     *
     * @param capacity bytes that are expected
     */
    public Batch batch(int capacity) {
        byte[] memory;
        synchronized (spare) {
            memory = spare.pollLast();
        }
        return memory == null ? new Batch(capacity) : new Batch(memory);
    }

    /** Keeps the memory of a payload for the next batch, if it is of the usual size. */
    private void spent(byte[] memory) {
        synchronized (spare) {
            if (memory.length >= Batch.BYTES_MAX
                    && memory.length <= 2 * Batch.BYTES_MAX
                    && spare.size() < SPARE_MAX) {
                spare.addLast(memory);
            }
        }
    }

    /**
     * Appends a batch.
     *
     * @return completes with the position of its first entry once all of it would survive a loss of
     *     power, or with {@link Overloaded} when nothing of it was kept; completed by the writing
     *     thread, which must not be held up
     * @throws Overloaded when too much waits already: nothing was kept, try later
     */
    public CompletableFuture<Long> append(Batch batch) {
        var done = new CompletableFuture<Long>();
        if (batch.entries() == 0) {
            throw new IllegalArgumentException("a batch without entries");
        }
        synchronized (lock) {
            if (closing) {
                throw new Overloaded(
                        "the ledger is closed" + (trouble == null ? "" : ": " + trouble));
            }
            if (pendingBytes > 0 && pendingBytes + batch.size() > config.pendingBytesMax()) {
                throw new Overloaded("more is appended than the disk takes: try later");
            }
            if (jobs.size() > config.journalsMax()) {
                throw new Overloaded(
                        "sealing is behind"
                                + (trouble == null ? "" : " (" + trouble + ")")
                                + ": try later");
            }
            pending.add(new Pending(batch, done));
            pendingBytes += batch.size();
            lock.notifyAll();
        }
        return done;
    }

    private static <T> T waitFor(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Fault fault) {
                throw fault;
            }
            throw e;
        }
    }

    /** Number of durable entries. */
    public long size() {
        synchronized (lock) {
            return durable;
        }
    }

    /**
     * Events sealed so far whose columns did not give them back when they were read again: they are
     * kept as one value. More than none is a fault in Spoor that costs no evidence.
     */
    public long rewritten() {
        return sealer.rewritten();
    }

    /** The newest signed note. */
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    /** What the ledger has trouble with now, in words; null when nothing. */
    public @Nullable String trouble() {
        synchronized (lock) {
            return trouble;
        }
    }

    /** Everything acknowledged so far, as it stands now; it does not change with what comes. */
    public LedgerReader reader() {
        return LedgerReader.open(history.folder, history.keys, size());
    }

    // ---- the writing thread

    private void write() {
        try {
            while (true) {
                awaitRoom();
                var group = nextGroup();
                if (group == null) {
                    break;
                }
                if (!group.isEmpty()) {
                    commit(group);
                }
                note(group.isEmpty());
                rotate(false);
            }
            rotate(true);
        } finally {
            synchronized (lock) {
                written = true;
                closing = true;
                for (var left : pending) {
                    left.done.completeExceptionally(new Overloaded("the ledger is closed"));
                }
                pending.clear();
                lock.notifyAll();
            }
        }
    }

    /**
     * What is durable and not sealed yet waits in memory: not more of it than this thread allows.
     */
    private void awaitRoom() {
        List<Job> waiting;
        synchronized (lock) {
            waiting = List.copyOf(jobs);
        }
        waiting.forEach(one -> one.journal.awaitRoom(PASSING_BYTES_MAX));
    }

    /** All that waits; empty when only time has passed; null at the end. */
    private @Nullable List<Pending> nextGroup() {
        synchronized (lock) {
            if (pending.isEmpty() && !closing) {
                await(lock, config.noteEvery().toMillis());
            }
            if (pending.isEmpty() && closing) {
                return null;
            }
            var group = new ArrayList<Pending>();
            while (!pending.isEmpty()) {
                group.add(pending.remove());
            }
            return group;
        }
    }

    private static void await(Object lock, long millis) {
        try {
            lock.wait(Math.max(1, millis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void commit(List<Pending> group) {
        long bytes = 0;
        for (var one : group) {
            bytes += one.batch.size();
        }
        long first = history.tree.size();
        Fault failure = kept(group);
        synchronized (lock) {
            pendingBytes -= bytes;
            durable = history.tree.size();
        }
        for (var one : group) {
            if (failure == null) {
                one.done.complete(first);
                first += one.batch.entries();
            } else {
                one.done.completeExceptionally(failure);
            }
        }
    }

    /** Null when all of the group is durable; otherwise nothing of it is kept. */
    private @Nullable Fault kept(List<Pending> group) {
        try {
            var now = clock.instant();
            var into = (job == null ? start(now) : job).journal;
            for (var one : group) {
                into.append(one.batch, EventTimes.micros(now));
            }
            var forced = into.force();
            grow(forced, into);
            into.pass(forced);
            return null;
        } catch (IOException | Unavailable e) {
            giveUp();
            makeRoom();
            return new Overloaded(
                    "the disk does not take it: " + e.getMessage() + ": try later", e);
        } catch (RuntimeException e) {
            var fault = new Unavailable("appending failed, and this is a fault in Spoor: " + e, e);
            synchronized (lock) {
                closing = true;
                trouble = fault.getMessage();
            }
            return fault;
        }
    }

    private Job start(Instant now) throws IOException {
        var started =
                Journal.create(history.disk, history.folder, history.keys, history.tree.size());
        var next = new Job(started, List.copyOf(history.sources));
        job = next;
        salts = new Salts(List.of(started.salt()));
        journalSince = now;
        synchronized (lock) {
            jobs.add(next);
            lock.notifyAll();
        }
        return next;
    }

    /** After a failed write nobody knows what reached the disk: the next journal begins behind. */
    private void giveUp() {
        var broken = job;
        if (broken == null) {
            return;
        }
        try {
            broken.journal.takeBack();
        } catch (IOException e) {
            // the next journal begins where this one's durable entries end
        }
        broken.abandoned = broken.journal.end() == broken.journal.first(); // the next has its name
        rotate(true);
    }

    private static void close(Journal journal) {
        try {
            journal.close();
        } catch (IOException e) {
            // what counts was forced before
        }
    }

    /** The disk refuses: what only stays for copies goes. */
    private void makeRoom() {
        try {
            retired.release();
        } catch (IOException | Unavailable e) {
            // the disk is what does not work: tried again with the next refusal
        }
    }

    /** The tree grows by what is durable. */
    private void grow(List<Bytes> payloads, Journal from) {
        var salting = java.util.Objects.requireNonNull(salts);
        var rows = new JournalRows(payloads.iterator(), history.tree.size(), from.file().name());
        var row = new Row();
        while (rows.next(row)) {
            if (row.source == Ledger.OWN_SOURCE) {
                synchronized (history.sources) {
                    history.sources.add(
                            SourceEntry.of(row.bytes, row.from, row.length, row.position));
                }
            }
            leaves.add(row, history.sources, salting, history.tree);
        }
    }

    private void note(boolean idle) {
        var open = job == null ? null : job.journal;
        if (history.tree.size() == checkpoint.size() || open == null) {
            return;
        }
        var now = clock.instant();
        if (!idle && now.isBefore(noted.plus(config.noteEvery()))) {
            return;
        }
        noted = now;
        var signed = history.sign(history.tree);
        checkpoint = signed;
        try {
            open.note(signed);
            if (idle) {
                open.force();
            }
        } catch (IOException e) {
            giveUp();
        }
    }

    private void rotate(boolean now) {
        var full = job;
        if (full == null
                || (!now
                        && full.journal.bytes() < config.journalBytes()
                        && full.journal.end() - full.journal.first() < JOURNAL_ENTRIES_MAX
                        && clock.instant().isBefore(journalSince.plus(config.journalAge())))) {
            return;
        }
        job = null;
        close(full.journal);
        full.upTo = history.tree.copy();
        full.journal.endStream();
        synchronized (lock) {
            lock.notifyAll();
        }
    }

    // ---- the sealing thread

    private void seal() {
        while (true) {
            Job next;
            synchronized (lock) {
                while (jobs.isEmpty() && !written) {
                    await(lock, RETRY_MILLIS);
                }
                if (jobs.isEmpty()) {
                    return;
                }
                next = jobs.getFirst();
            }
            try {
                seal(next);
                synchronized (lock) {
                    jobs.removeFirst();
                    trouble = null;
                    lock.notifyAll();
                }
            } catch (Unavailable | IOException e) {
                next.streaming = false;
                next.journal.stopStreaming();
                makeRoom();
                synchronized (lock) {
                    trouble = String.valueOf(e.getMessage());
                    if (closing) {
                        return; // the journal keeps it; the next writer seals
                    }
                    await(lock, RETRY_MILLIS);
                }
            } catch (RuntimeException e) {
                next.journal.stopStreaming();
                synchronized (lock) {
                    trouble = "sealing failed, and this is a fault in Spoor: " + e;
                    closing = true;
                    lock.notifyAll();
                    return;
                }
            }
        }
    }

    private void seal(Job next) throws IOException {
        long from = Math.max(next.journal.first(), Folder.list(history.folder).end());
        if (next.streaming) {
            sealer.seal(
                    () -> declaring(next, from, next.journal.stream(this::spent)),
                    next.sources,
                    salts(next));
        } else {
            again(next, from);
        }
        var upTo = ended(next);
        if (next.abandoned) {
            return;
        }
        history.publish(upTo);
        Merging.run(history, sealer, config.mergeBelow());
        // A copy that began before this seal still finds the files that it saw
        var now = clock.instant();
        retired.add(next.journal.file().path(), next.journal.first(), next.journal.end(), now);
        retired.addCovered(now);
        retired.expire(now);
    }

    private static List<Salts.Key> salts(Job job) {
        return List.of(job.journal.salt());
    }

    /** From the disk, once all of it is there. */
    private void again(Job next, long from) {
        ended(next);
        if (next.abandoned || from >= next.journal.end()) {
            return;
        }
        try (var found =
                FoundJournal.open(
                        history.disk, next.journal.file(), history.keys, next.journal.end())) {
            sealer.seal(
                    () -> declaring(next, from, found.rows(next.journal.first())),
                    next.sources,
                    salts(next));
        }
    }

    /** The tree at the journal's end, once it is written no more. */
    private Merkle ended(Job next) {
        synchronized (lock) {
            while (next.upTo == null) {
                await(lock, RETRY_MILLIS);
            }
            return java.util.Objects.requireNonNull(next.upTo);
        }
    }

    /** The rows from a position on; sources are known as soon as they are declared. */
    private static Row.Cursor declaring(Job job, long from, Row.Cursor rows) {
        job.sources.clear();
        job.sources.addAll(job.before);
        return row -> {
            while (rows.next(row)) {
                if (row.source == Ledger.OWN_SOURCE) {
                    job.sources.add(SourceEntry.of(row.bytes, row.from, row.length, row.position));
                }
                if (row.position >= from) {
                    return true;
                }
            }
            return false;
        };
    }

    /** Everything appended is durable and sealed when this returns, as far as the disk takes it. */
    @Override
    public void close() {
        synchronized (lock) {
            closing = true;
            lock.notifyAll();
        }
        join(writing);
        join(sealing);
        try {
            retired.release();
            Merging.tidy(history);
        } catch (IOException e) {
            // left over: the next writer takes it away
        }
        history.close();
        synchronized (lock) {
            if (!jobs.isEmpty()) {
                throw new Unavailable(
                        "not everything could be sealed ("
                                + trouble
                                + "): the journal keeps it, and the next writer seals it");
            }
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
