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
import java.util.Collection;
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
    private static final int SPARE_MAX = 2 * LiveSink.BATCHES_MAX;

    /** Memory of a batch that is full, as most are. */
    private static final int BATCH_BYTES = Batch.BYTES_MAX + (1 << 14);

    /** A larger batch goes into the journal as it is. */
    private static final int LENT_BYTES_MAX = 2 * Batch.BYTES_MAX;

    /** So many bytes of entries are worth a block, though it could hold more. */
    private static final long BLOCK_WORTH_BYTES = 8L << 20;

    /**
     * @param after the batch that must be durable before; null when none must
     */
    private record Pending(
            Batch batch, @Nullable CompletableFuture<Long> after, CompletableFuture<Long> done) {
        /** Whether the one before was not kept: then this is not, either. */
        boolean orphaned() {
            return after != null && after.isCompletedExceptionally();
        }
    }

    /** A batch that becomes a part of a block. */
    private record Lent(Pending of, Bytes payload, long first, long receivedMicros) {
        long end() {
            return first + of.batch.entries();
        }
    }

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
    private final Deque<Lent> lent = new ArrayDeque<>();
    private long lentBytes;
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
        return memory == null ? new Batch(Math.max(capacity, BATCH_BYTES)) : new Batch(memory);
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
        return append(batch, null);
    }

    /**
     * The same behind another batch of the same caller: when that one is not kept, this one is not
     * either, so that many can wait and nothing changes places.
     *
     * @param after what appending the other one gave; null when there is none
     */
    CompletableFuture<Long> append(Batch batch, @Nullable CompletableFuture<Long> after) {
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
            pending.add(new Pending(batch, after, done));
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
                boolean idle = group.isEmpty() && lent.isEmpty();
                take(group);
                note(idle);
                rotate(false);
            }
            settle();
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

    /**
     * All that waits; empty when time has passed or something is to be done with what was lent;
     * null at the end.
     */
    private @Nullable List<Pending> nextGroup() {
        synchronized (lock) {
            if (pending.isEmpty() && !closing && !stirred()) {
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

    // Two ways to become durable (docs/format/journal.md): as they came, at once; or, where what
    // waits is worth a block, as a block, which the sealing thread makes of it only once

    private void take(List<Pending> group) {
        var rest = new ArrayDeque<>(group);
        try {
            writeReady();
            dropOrphans(rest);
            while (!rest.isEmpty()) {
                if (!lend(rest)) {
                    settle();
                    rotate(false);
                    dropOrphans(rest);
                    next(rest);
                }
            }
            var open = job;
            if (!lent.isEmpty() && open != null && starved(open.journal)) {
                settle();
            }
        } catch (RuntimeException e) {
            var fault = fault(e);
            giveUpLent(fault);
            fail(rest, fault);
        }
    }

    /** Nothing is lent: takes the next ones one way or the other. */
    private void next(Deque<Pending> rest) {
        if (job == null && worth(rest)) {
            try {
                start(clock.instant());
            } catch (IOException | Unavailable e) {
                makeRoom();
                fail(rest, refused(e));
                rest.clear();
            }
        }
        if (!rest.isEmpty() && !lend(rest)) {
            commit(List.copyOf(rest));
            rest.clear();
        }
    }

    private void dropOrphans(Deque<Pending> rest) {
        for (var waiting = rest.iterator(); waiting.hasNext(); ) {
            var one = waiting.next();
            if (one.orphaned()) {
                waiting.remove();
                fail(List.of(one), new Overloaded("the batch before it was not kept: try later"));
            }
        }
    }

    /** Whether a block is to be made of what waits, instead of writing it as it came first. */
    private static boolean worth(Deque<Pending> rest) {
        int entries = 0;
        long bytes = 0;
        for (var one : rest) {
            entries += one.batch.entries();
            bytes += one.batch.size();
        }
        return entries >= Format.BLOCK_EVENTS || bytes >= BLOCK_WORTH_BYTES;
    }

    private boolean stirred() {
        var open = job;
        return !lent.isEmpty() && open != null && (open.journal.isReady() || starved(open.journal));
    }

    /** Whether no block comes of what was lent, unless more is. */
    private boolean starved(Journal journal) {
        return journal.starved() || (trouble() != null && !journal.attached());
    }

    /** Lends as many as it can; false when it can none, or it is not worth it. */
    private boolean lend(Deque<Pending> rest) {
        var open = job;
        if (open == null || !open.journal.follows() || trouble() != null || full(open)) {
            return false;
        }
        if (lent.isEmpty() && !worth(rest)) {
            return false;
        }
        int entries = 0;
        int count = 0;
        long room = JOURNAL_ENTRIES_MAX - (lentEnd(open) - open.journal.first());
        for (var one : rest) {
            var batch = one.batch;
            if (batch.type() != JournalFormat.ENTRIES
                    || batch.entries() > Format.BLOCK_EVENTS
                    || batch.size() > LENT_BYTES_MAX
                    || entries + batch.entries() > room) {
                break;
            }
            entries += batch.entries();
            count++;
        }
        long micros = EventTimes.micros(clock.instant());
        for (int i = 0; i < count; i++) {
            lend(rest.remove(), open, micros);
        }
        return count > 0;
    }

    private void lend(Pending one, Job open, long micros) {
        long first = lentEnd(open);
        var payload = one.batch.placed(first, micros);
        lent.add(new Lent(one, payload, first, micros));
        lentBytes += payload.size;
        open.journal.lend(payload);
    }

    private long lentEnd(Job open) {
        return lent.isEmpty() ? open.journal.end() : lent.getLast().end();
    }

    /** Writes the blocks that are made of what was lent. */
    private void writeReady() {
        var open = job;
        Journal.Ready ready;
        while (open != null && !lent.isEmpty() && (ready = open.journal.ready()) != null) {
            var failure = kept(open.journal, ready);
            if (failure != null) {
                giveUpLent(failure);
                return;
            }
            release(ready.block().end());
        }
    }

    private @Nullable Fault kept(Journal into, Journal.Ready ready) {
        try {
            into.append(ready.block());
            into.force();
        } catch (IOException | Unavailable e) {
            return refused(e);
        }
        for (long at = history.tree.size(); at < ready.block().end(); at++) {
            history.tree.addHash(ready.hashes(), (int) (at - ready.from()) * Merkle.HASH);
        }
        return null;
    }

    /** Acknowledges what was lent up to a position. */
    private void release(long end) {
        var done = new ArrayList<Lent>();
        while (!lent.isEmpty() && lent.getFirst().end() <= end) {
            done.add(lent.remove());
        }
        long bytes = 0;
        for (var one : done) {
            bytes += one.payload.size;
            spent(one.payload.array);
        }
        lentBytes -= bytes;
        synchronized (lock) {
            pendingBytes -= bytes;
            durable = history.tree.size();
        }
        if (lent.isEmpty() && job != null) {
            job.journal.settled(true);
        }
        done.forEach(one -> one.of.done.complete(one.first));
    }

    /** Returns once nothing is lent: what makes no block stands in the journal as it came. */
    private void settle() {
        boolean cut = false;
        while (!lent.isEmpty()) {
            writeReady();
            var open = job;
            if (lent.isEmpty() || open == null) {
                return;
            }
            if (starved(open.journal)) {
                if (!cut && lentBytes >= BLOCK_WORTH_BYTES && open.journal.follows()) {
                    open.journal.cut();
                    cut = true;
                } else {
                    writeLent(open.journal);
                    return;
                }
            }
            synchronized (lock) {
                if (!stirred()) {
                    await(lock, RETRY_MILLIS);
                }
            }
        }
    }

    private void writeLent(Journal into) {
        if (!into.starved()) {
            into.stopStreaming(); // nobody reads it meanwhile
        }
        try {
            for (var one : lent) {
                into.append(one.of.batch, one.receivedMicros);
            }
            grow(into.force(), into);
        } catch (IOException | Unavailable e) {
            giveUpLent(refused(e));
            return;
        }
        release(Long.MAX_VALUE);
    }

    /** Nothing of what was lent is kept, and no segment is made of it. */
    private void giveUpLent(Fault failure) {
        var open = job;
        if (open != null) {
            open.journal.settled(lent.isEmpty());
        }
        var all = lent.stream().map(Lent::of).toList();
        lent.clear();
        lentBytes = 0;
        giveUp();
        makeRoom();
        fail(all, failure);
    }

    private void fail(Collection<Pending> all, Fault failure) {
        long bytes = 0;
        for (var one : all) {
            bytes += one.batch.size();
        }
        synchronized (lock) {
            pendingBytes -= bytes;
        }
        all.forEach(one -> one.done.completeExceptionally(failure));
    }

    private static Fault refused(Exception e) {
        return new Overloaded("the disk does not take it: " + e.getMessage() + ": try later", e);
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
            return refused(e);
        } catch (RuntimeException e) {
            return fault(e);
        }
    }

    private Fault fault(RuntimeException e) {
        var fault = new Unavailable("appending failed, and this is a fault in Spoor: " + e, e);
        synchronized (lock) {
            closing = true;
            trouble = fault.getMessage();
        }
        return fault;
    }

    private Job start(Instant now) throws IOException {
        var started =
                Journal.create(
                        history.disk,
                        history.folder,
                        history.keys,
                        history.tree.size(),
                        this::stir);
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
            giveUpLent(refused(e));
        }
    }

    /** The sealing thread has something for the writing thread. */
    private void stir() {
        synchronized (lock) {
            lock.notifyAll();
        }
    }

    private boolean full(Job open) {
        return open.journal.bytes() >= config.journalBytes()
                || open.journal.end() - open.journal.first() + Batch.ENTRIES_MAX
                        > JOURNAL_ENTRIES_MAX
                || !clock.instant().isBefore(journalSince.plus(config.journalAge()));
    }

    private void rotate(boolean now) {
        var full = job;
        if (full == null || !lent.isEmpty() || (!now && !full(full))) {
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
            boolean last; // what is tried once closing was asked for is not tried again
            synchronized (lock) {
                while (jobs.isEmpty() && !written) {
                    await(lock, RETRY_MILLIS);
                }
                if (jobs.isEmpty()) {
                    return;
                }
                next = jobs.getFirst();
                last = closing;
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
                    lock.notifyAll();
                    if (last) {
                        return; // the journal keeps it; the next writer seals
                    }
                    if (!closing) {
                        await(lock, RETRY_MILLIS);
                    }
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
            sealer.follow(next.journal, next.sources, this::spent);
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
