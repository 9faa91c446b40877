package dev.spoor.intake.file;

import dev.spoor.intake.Feed;
import org.jspecify.annotations.Nullable;

/** Takes the layers of compression off, recognised by their first bytes. */
final class Unpacking {
    /** Enough for every first mark. */
    private static final int HEAD_BYTES = 128;

    private Unpacking() {}

    /**
     * The plain bytes of a stored file, or of an input that may be written while it is read ({@code
     * awaited}); at most {@link FileLimits#LAYERS_MAX} layers deep.
     */
    static Feed of(ChannelFeed stored, boolean awaited) {
        Feed feed = awaited ? new AwaitedFeed(stored) : stored;
        for (int layer = 0; ; layer++) {
            var head = new byte[HEAD_BYTES];
            int size = 0;
            while (size < head.length && !(size > 0 && feed.quiet())) {
                int read = feed.read(head, size, head.length - size);
                if (read < 0) {
                    break;
                }
                size += read;
            }
            var whole = new PrefixedFeed(head, size, feed);
            boolean gzip = gzip(head, size);
            boolean zstd = zstd(head, size);
            boolean aws = AwsLogsFeed.begins(head, size);
            if (!gzip && !zstd && !aws) {
                return layer == 0 ? whole : new BoundedFeed(whole, stored::bytes);
            }
            if (layer == FileLimits.LAYERS_MAX) {
                return new TooDeep(whole);
            }
            if (aws) {
                feed = new AwsLogsFeed(whole);
            } else {
                feed = gzip ? new GzipFeed(whole) : new ZstdFeed(whole);
            }
        }
    }

    /** Whether a file that begins so is gzip (RFC 1952) or zstd (RFC 8878). */
    static boolean packed(byte[] head, int size) {
        return gzip(head, size) || zstd(head, size);
    }

    private static boolean gzip(byte[] head, int size) {
        return size >= 2 && head[0] == 0x1f && head[1] == (byte) 0x8b;
    }

    /** A frame, or a skippable frame, which may stand first. */
    private static boolean zstd(byte[] head, int size) {
        if (size < 4) {
            return false;
        }
        int magic =
                (head[0] & 0xff)
                        | (head[1] & 0xff) << 8
                        | (head[2] & 0xff) << 16
                        | (head[3] & 0xff) << 24;
        return magic == 0xfd2fb528 || (magic & 0xfffffff0) == 0x184d2a50;
    }

    private record TooDeep(Feed packed) implements Feed {
        @Override
        public int read(byte[] into, int offset, int length) {
            return -1;
        }

        @Override
        public @Nullable Loss loss() {
            return new Loss(
                    "limit", "compressed more than %d times over".formatted(FileLimits.LAYERS_MAX));
        }

        @Override
        public void close() {
            packed.close();
        }
    }
}
