package dev.spoor.ledger;

import dev.spoor.event.EventSink;
import dev.spoor.event.Gap;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Overloaded;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes records of intake into a live ledger, in their order, in batches, some of which are on
 * their way while the next is filled. When the ledger says "try later" it tries again. Thread-safe,
 * so that {@link #flush} can be called while intake waits for more.
 */
public final class LiveSink implements EventSink {
    private static final long PAUSE_MILLIS = 50;

    /** Batches on their way to the disk: some blocks' worth, so that blocks can be made of them. */
    static final int BATCHES_MAX = 48;

    private final LiveLedger ledger;
    private final LongConsumer acknowledged;
    private final int attemptsMax;
    private final Deque<Sent> sent = new ArrayDeque<>();
    private Batch batch = new Batch();
    private boolean quiet = true; // nothing was sent since the last tick

    /** A batch that is not known to be durable yet. */
    private record Sent(Batch batch, CompletableFuture<Long> done) {}

    /**
     * @param acknowledged hears the position behind the last durable entry, after each batch
     * @param attemptsMax attempts to append a batch, 50 ms apart, before {@link Overloaded} is
     *     thrown to intake
     */
    public LiveSink(LiveLedger ledger, LongConsumer acknowledged, int attemptsMax) {
        this.ledger = ledger;
        this.acknowledged = acknowledged;
        this.attemptsMax = attemptsMax;
    }

    @Override
    public synchronized int open(
            Kind kind, Wrapping wrapping, String path, @Nullable String cluster) {
        flush();
        for (int attempt = 1; ; attempt++) {
            try {
                return ledger.open(kind, wrapping, path, cluster);
            } catch (Overloaded e) {
                pause(attempt, e);
            }
        }
    }

    @Override
    public synchronized void take(Received event) {
        batch.add(event);
        sendFull();
    }

    @Override
    public synchronized void wrapper(int source, byte[] description) {
        batch.wrapper(source, description);
        sendFull();
    }

    @Override
    public synchronized void gap(int source, Gap gap) {
        batch.gap(source, gap);
        sendFull();
    }

    private void sendFull() {
        if (batch.full()) {
            send();
        }
    }

    /** Everything taken so far is durable when this returns. */
    public synchronized void flush() {
        if (batch.entries() > 0) {
            send();
        }
        settle(0);
    }

    /**
     * To be called again and again while intake may be waiting for more: what waits to fill a batch
     * is sent when nothing else was meanwhile, and what became durable is acknowledged.
     */
    public synchronized void tick() {
        if (quiet && batch.entries() > 0) {
            send();
        }
        quiet = true;
        while (!sent.isEmpty() && sent.getFirst().done.isDone()) {
            settle(sent.size() - 1);
        }
    }

    private void send() {
        settle(BATCHES_MAX - 1);
        offer(batch);
        quiet = false;
        batch = ledger.batch(batch.size() + batch.size() / 8);
    }

    private void offer(Batch offered) {
        for (int attempt = 1; ; attempt++) {
            try {
                var after = sent.isEmpty() ? null : sent.getLast().done;
                sent.addLast(new Sent(offered, ledger.append(offered, after)));
                return;
            } catch (Overloaded e) {
                pause(attempt, e);
            }
        }
    }

    /** Waits until no more than so many batches are on their way. */
    private void settle(int most) {
        for (int attempt = 1; sent.size() > most; ) {
            var oldest = sent.getFirst();
            try {
                long first = oldest.done.join();
                sent.removeFirst();
                acknowledged.accept(first + oldest.batch.entries());
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof Overloaded overloaded)) {
                    throw e.getCause() instanceof RuntimeException cause ? cause : e;
                }
                pause(attempt++, overloaded);
                again();
            }
        }
    }

    /** The oldest was not kept, and so none behind it: all are offered again, in their order. */
    private void again() {
        var all = List.copyOf(sent);
        for (var one : all) {
            one.done.handle((position, failure) -> position).join();
        }
        sent.clear();
        all.forEach(one -> offer(one.batch));
    }

    private void pause(int attempt, Overloaded overloaded) {
        if (attempt >= attemptsMax) {
            throw overloaded;
        }
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw overloaded;
        }
    }
}
