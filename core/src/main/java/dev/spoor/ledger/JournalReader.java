package dev.spoor.ledger;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.spoor.fault.Rejected;
import dev.spoor.fault.Tampered;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal up to where it ends when it is opened; what is appended later is not seen. Not
 * thread-safe. docs/format/journal.md.
 */
final class JournalReader implements AutoCloseable {
    /** A record as its head tells it; the payload is checked when it is read. */
    record Head(
            int number, int type, long offset, int length, long first, int entries, long forced) {
        long end() {
            return offset + length;
        }
    }

    private final FileChannel file;
    private final String name;
    private final Sealing sealing;
    private final long size;
    final long first;
    private Salts.@Nullable Key salt;

    private long at = JournalFormat.HEADER;
    private int number;
    private boolean torn;

    private JournalReader(FileChannel file, String name, Sealing sealing, long first, long size) {
        this.file = file;
        this.name = name;
        this.sealing = sealing;
        this.first = first;
        this.size = size;
    }

    /**
     * Opens a journal; one that was cut off within its head has no records.
     *
     * @throws Tampered when it is not as it was written
     * @throws Rejected when the keys do not open it
     * @throws Unavailable when it cannot be read, or is not there any more
     */
    static JournalReader open(Folder.JournalFile journal, LedgerKeys keys) {
        var path = journal.path();
        FileChannel file = null;
        try {
            file = FileChannel.open(path, StandardOpenOption.READ);
            var reader = open(file, journal, keys);
            file = null;
            return reader;
        } catch (IOException e) {
            throw gone(path, e);
        } finally {
            if (file != null) {
                try {
                    file.close();
                } catch (IOException e) {
                    // the first failure is the one to tell
                }
            }
        }
    }

    private static Unavailable gone(Path path, IOException e) {
        return new Unavailable(
                path
                        + (e instanceof NoSuchFileException
                                ? " is not there any more"
                                : " could not be read: " + e.getMessage()),
                e);
    }

    private static JournalReader open(FileChannel file, Folder.JournalFile journal, LedgerKeys keys)
            throws IOException {
        var name = journal.name();
        long size = file.size();
        if (size < JournalFormat.HEADER) {
            var reader = new JournalReader(file, name, Sealing.plain(), journal.first(), 0);
            reader.at = 0;
            reader.torn = size > 0;
            return reader;
        }
        var head = bytes(file, 0, JournalFormat.HEADER, name);
        var in = new Bytes.In(head, name + ", header");
        if (!Arrays.equals(in.bytes(8), JournalFormat.MAGIC)) {
            throw in.bad("not a Spoor journal (its first bytes are not SPOORJNL)");
        }
        int version = in.u8() << 8 | in.u8();
        int flags = in.u8() << 8 | in.u8();
        long first = in.i64();
        if (in.i32() != SegmentWriter.crc(head, JournalFormat.HEADER - 4)) {
            throw in.bad("the checksum does not fit the content");
        }
        if (version != JournalFormat.VERSION || (flags & ~Format.FLAG_ENCRYPTED) != 0) {
            throw new Rejected(
                    name + ": version " + version + ", flags " + flags + " (expected: version 1)");
        }
        if (first != journal.first()) {
            throw in.bad("starts at entry " + first);
        }
        var sealing =
                flags == 0
                        ? Sealing.plain()
                        : Sealing.encrypted(
                                keys.unwrap(Folder.read(Folder.key(journal.path())), name));
        var reader = new JournalReader(file, name, sealing, first, size);
        var salt = reader.next();
        if (salt != null) {
            if (salt.type != JournalFormat.SALT) {
                throw in.bad("its first record is not the salt key");
            }
            var payload = new Bytes.In(reader.payload(salt), name);
            payload.at = JournalFormat.PAYLOAD_HEAD;
            reader.salt = new Salts.Key(first, payload.bytes(LedgerKeys.KEY_BYTES));
        }
        return reader;
    }

    String name() {
        return name;
    }

    /** The key of its entries' salts; it has one as soon as it has entries. */
    Salts.Key salt() {
        if (salt == null) {
            throw new Tampered(name + ": has no salt key");
        }
        return salt;
    }

    /**
     * The next record's head, or null at the end.
     *
     * @throws Tampered when it does not hold; {@link #offset} is where it stands
     */
    @Nullable Head next() {
        if (at >= size) {
            return null;
        }
        if (size - at < JournalFormat.RECORD_HEAD) {
            torn = true;
            return null;
        }
        try {
            var head = bytes(file, at, JournalFormat.RECORD_HEAD, name);
            var in = new Bytes.In(head, name + ", record " + number);
            int type = in.u8();
            int length = in.i32();
            long firstEntry = in.i64();
            int entries = in.i32();
            long forced = in.i64();
            if (in.i32() != SegmentWriter.crc(head, JournalFormat.RECORD_HEAD - 4)) {
                throw in.bad("the checksum does not fit its head");
            }
            if (length < 0 || length > JournalFormat.RECORD_BYTES_MAX || entries < 0) {
                throw in.bad("its length is out of range");
            }
            if (size - at - JournalFormat.RECORD_HEAD < length) {
                torn = true;
                return null;
            }
            var record =
                    new Head(
                            number,
                            type,
                            at + JournalFormat.RECORD_HEAD,
                            length,
                            firstEntry,
                            entries,
                            forced);
            at += JournalFormat.RECORD_HEAD + length;
            number++;
            return record;
        } catch (IOException e) {
            throw new Unavailable(name + " could not be read: " + e.getMessage(), e);
        }
    }

    /** The content of a record, checked. */
    byte[] payload(Head head) {
        var place = name + ", record " + head.number;
        try {
            var payload =
                    unpacked(
                            sealing.open(
                                    head.number,
                                    bytes(file, head.offset, head.length, place),
                                    place),
                            place);
            var in = new Bytes.In(payload, place);
            if (in.u8() != head.type || in.i64() != head.first || in.i32() != head.entries) {
                throw in.bad("its head is not its own");
            }
            in.i64();
            return payload;
        } catch (IOException e) {
            throw new Unavailable(place + " could not be read: " + e.getMessage(), e);
        }
    }

    private static byte[] unpacked(byte[] packed, String place) {
        var in = new Bytes.In(packed, place);
        int size = in.count(JournalFormat.RECORD_BYTES_MAX);
        if (size == 0) {
            return Arrays.copyOfRange(packed, in.at, in.end);
        }
        try {
            if (Zstd.getFrameContentSize(packed, in.at, in.end - in.at) != size) {
                throw in.bad("its size is not the one it tells");
            }
            var content = new byte[size];
            if (Zstd.decompressByteArray(content, 0, size, packed, in.at, in.end - in.at) != size) {
                throw in.bad("it decompresses to another size");
            }
            return content;
        } catch (ZstdException e) {
            throw new Tampered(place + ": does not decompress: " + e.getMessage());
        }
    }

    /** The signed note in a record. */
    byte[] note(Head head) {
        var payload = payload(head);
        return Arrays.copyOfRange(payload, JournalFormat.PAYLOAD_HEAD, payload.length);
    }

    /**
     * Bytes that were certainly forced, as any record behind the one that does not hold tells; 0
     * when none does.
     */
    long forcedBehind() {
        long forced = 0;
        try {
            var rest =
                    bytes(
                            file,
                            at,
                            (int) Math.min(size - at, JournalFormat.RECORD_BYTES_MAX),
                            name);
            int end = rest.length - JournalFormat.RECORD_HEAD;
            for (int i = 1; i <= end; i++) {
                if (rest[i] == 0 || rest[i] > JournalFormat.TYPE_MAX || rest[i] < 0) {
                    continue;
                }
                var head = Arrays.copyOfRange(rest, i, i + JournalFormat.RECORD_HEAD);
                var in = new Bytes.In(head, name);
                in.at = JournalFormat.RECORD_HEAD - 12;
                long told = in.i64();
                if (in.i32() == SegmentWriter.crc(head, JournalFormat.RECORD_HEAD - 4)) {
                    forced = Math.max(forced, told);
                }
            }
            return forced;
        } catch (IOException e) {
            throw new Unavailable(name + " could not be read: " + e.getMessage(), e);
        }
    }

    /** Behind the last whole record that {@link #next} gave. */
    long offset() {
        return at;
    }

    /** Whether bytes stand behind the last record that are not a whole one. */
    boolean torn() {
        return torn;
    }

    long size() {
        return size;
    }

    private static byte[] bytes(FileChannel file, long offset, int length, String place)
            throws IOException {
        var bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, offset + bytes.position()) < 0) {
                throw new Tampered(place + ": the file ends early");
            }
        }
        return bytes.array();
    }

    /** The payloads of records of entries. */
    Iterator<Bytes> payloads(Iterable<Head> heads) {
        var rest = heads.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rest.hasNext();
            }

            @Override
            public Bytes next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return Bytes.of(payload(rest.next()));
            }
        };
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new Unavailable(name + " could not be closed", e);
        }
    }
}
