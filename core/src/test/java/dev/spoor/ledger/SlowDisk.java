package dev.spoor.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;

/** A disk on which forcing some files lasts until it is let go. */
final class SlowDisk implements Disk {
    private final Disk real = Disk.FLEETING;
    private Predicate<Path> slow = path -> false;
    private int waiting;
    private int forces;

    synchronized void slowFor(Predicate<Path> files) {
        slow = files;
        notifyAll();
    }

    /** Returns once somebody waits for the disk. */
    synchronized void awaitHeldUp() throws InterruptedException {
        while (waiting == 0) {
            wait();
        }
    }

    synchronized int forces() {
        return forces;
    }

    private synchronized void force(Path path) throws IOException {
        forces++;
        waiting++;
        notifyAll();
        try {
            while (slow.test(path)) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        } finally {
            waiting--;
        }
    }

    @Override
    public Out create(Path path) throws IOException {
        var out = real.create(path);
        return new Out() {
            @Override
            public void write(byte[] bytes, int length) throws IOException {
                out.write(bytes, length);
            }

            @Override
            public void truncate(long size) throws IOException {
                out.truncate(size);
            }

            @Override
            public void force() throws IOException {
                SlowDisk.this.force(path);
            }

            @Override
            public void close() throws IOException {
                out.close();
            }
        };
    }

    @Override
    public boolean lasting() {
        return true;
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        real.move(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        real.delete(path);
    }

    @Override
    public void forceFolder(Path folder) {}
}
