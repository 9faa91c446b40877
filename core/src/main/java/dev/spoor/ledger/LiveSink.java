package dev.spoor.ledger;

import dev.spoor.event.EventSink;
import dev.spoor.event.Gap;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Overloaded;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes records of intake into a live ledger, in their order, a batch at a time: while one batch
 * becomes durable the next is filled. When the ledger says "try later" it tries again. Thread-safe,
 * so that {@link #flush} can be called while intake waits for more.
 */
public final class LiveSink implements EventSink {
    private static final long PAUSE_MILLIS = 50;

    private final LiveLedger ledger;
    private final LongConsumer acknowledged;
    private final int attemptsMax;
    private Batch batch = new Batch();
    private @Nullable Batch sent;
    private @Nullable CompletableFuture<Long> done;

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
        settle();
    }

    private void send() {
        settle();
        sent = batch;
        done = offer(batch);
        batch = ledger.batch(sent.size() + sent.size() / 8);
    }

    private CompletableFuture<Long> offer(Batch offered) {
        for (int attempt = 1; ; attempt++) {
            try {
                return ledger.append(offered);
            } catch (Overloaded e) {
                pause(attempt, e);
            }
        }
    }

    /** Waits for the batch that was sent last. */
    private void settle() {
        for (int attempt = 1; done != null && sent != null; attempt++) {
            try {
                long first = done.join();
                acknowledged.accept(first + sent.entries());
                done = null;
                sent = null;
            } catch (CompletionException e) {
                if (!(e.getCause() instanceof Overloaded overloaded)) {
                    throw e.getCause() instanceof RuntimeException cause ? cause : e;
                }
                pause(attempt, overloaded);
                done = offer(sent);
            }
        }
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
