package dev.spoor.intake.file;

import dev.spoor.intake.Feed;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Standard input: somebody may be writing it right now, and a few lines are to be taken before more
 * come. Not thread-safe; a thread of its own reads ahead while {@link #quiet} is asked.
 */
final class AwaitedFeed implements Feed {
    /** Nothing for so long: what there is is worked with. */
    private static final long PAUSE_MILLIS = 300;

    /** After so long it is, also when more comes bit by bit. */
    private static final long PATIENCE_MILLIS = 1000;

    private static final int AHEAD_BYTES = 1 << 16;

    private final Feed input;
    private final byte[] ahead = new byte[AHEAD_BYTES];
    private @Nullable CompletableFuture<Integer> reading;
    private @Nullable CompletableFuture<Void> patience;
    private int at;
    private int end;
    private boolean stopped;

    AwaitedFeed(Feed input) {
        this.input = input;
    }

    @Override
    public boolean quiet() {
        if (at < end || stopped) {
            return false;
        }
        if (patience == null) {
            patience =
                    new CompletableFuture<Void>()
                            .completeOnTimeout(null, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        }
        var next = next();
        if (next.isDone() || patience.isDone()) {
            return !next.isDone();
        }
        try {
            next.get(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            return false;
        } catch (TimeoutException e) {
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false; // reading meets it too
        } catch (ExecutionException e) {
            return false;
        }
    }

    private CompletableFuture<Integer> next() {
        var next = reading;
        if (next == null) {
            var fresh = new CompletableFuture<Integer>();
            Thread.ofPlatform()
                    .daemon()
                    .name("standard-input")
                    .start(() -> fresh.complete(input.read(ahead, 0, ahead.length)));
            reading = fresh;
            next = fresh;
        }
        return next;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (at == end && reading != null) {
            int size = awaited(reading);
            reading = null;
            if (size < 0) {
                return -1;
            }
            at = 0;
            end = size;
        }
        if (at == end) {
            return stopped ? -1 : input.read(into, offset, length);
        }
        int size = Math.min(length, end - at);
        System.arraycopy(ahead, at, into, offset, size);
        at += size;
        return size;
    }

    private int awaited(CompletableFuture<Integer> next) {
        try {
            return next.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped = true;
            return -1;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public @Nullable Loss loss() {
        return stopped ? new Loss("cut", "reading was stopped before the end") : input.loss();
    }

    @Override
    public void close() {
        if (!stopped) {
            input.close();
        }
    }
}
