package dev.spoor.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads a ledger by what docs/format says alone: nothing below but the writing at the start calls
 * the ledger's own code.
 */
class DocumentedFormatTest {
    private static final int EVENTS = 700;

    @TempDir Path folder;

    private Path live = Path.of("");
    private Path sealed = Path.of("");

    @BeforeEach
    void aLedgerWithAJournalAndOneWithoutAny() throws Exception {
        sealed = folder.resolve("ledger");
        live = folder.resolve("copy");
        var keys = LedgerKeys.at(folder.resolve("home"), null);
        var config =
                new LiveConfig(
                        1 << 20,
                        Duration.ofHours(1),
                        Duration.ZERO,
                        1 << 20,
                        100,
                        true,
                        1,
                        Duration.ZERO,
                        0);
        try (var ledger = LiveLedger.open(sealed, config, keys, InstantSource.system())) {
            int source = ledger.open(Kind.JSON, Wrapping.NATIVE, "events", null);
            var batch = new Batch();
            for (int i = 0; i < EVENTS; i++) {
                var bytes = "{\"n\":%d,\"verb\":\"get\"}".formatted(i).getBytes(UTF_8);
                var record = new Received();
                record.plain(bytes, 0, bytes.length);
                record.source = source;
                record.line = i + 1;
                batch.add(record);
            }
            ledger.append(batch).join();
            while (ledger.checkpoint().size() <= EVENTS) {
                Thread.sleep(5);
            }
            Thread.sleep(50); // the note is forced
            LiveLedgerTest.copy(sealed, live);
        }
    }

    // ---- what the documents say

    private static int crc32c(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = in.get();
            value |= (b & 0x7fL) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }

    private static long zigzag(long n) {
        return n >>> 1 ^ -(n & 1);
    }

    private static byte[] bytes(ByteBuffer in, long length) {
        var bytes = new byte[(int) length];
        in.get(bytes);
        return bytes;
    }

    private static String text(ByteBuffer in) {
        return new String(bytes(in, varint(in)), UTF_8);
    }

    /** Content of a section that is not encrypted; its check value covers its number too. */
    private static ByteBuffer section(byte[] stored, long number) {
        var crc = new CRC32C();
        crc.update(ByteBuffer.allocate(8).putLong(0, number).array());
        crc.update(stored, 0, stored.length - 4);
        assertThat(ByteBuffer.wrap(stored).getInt(stored.length - 4))
                .isEqualTo((int) crc.getValue());
        var in = ByteBuffer.wrap(stored, 0, stored.length - 4);
        int size = (int) varint(in);
        return size == 0
                ? in.slice()
                : ByteBuffer.wrap(Zstd.decompress(bytes(in, in.remaining()), size));
    }

    private static byte[] sha256(byte[]... parts) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256");
        for (var part : parts) {
            digest.update(part);
        }
        return digest.digest();
    }

    /** RFC 6962, section 2.1. */
    private static byte[] root(List<byte[]> entries) throws Exception {
        if (entries.size() == 1) {
            return sha256(new byte[] {0}, entries.getFirst());
        }
        int half = Integer.highestOneBit(entries.size() - 1);
        return sha256(
                new byte[] {1},
                root(entries.subList(0, half)),
                root(entries.subList(half, entries.size())));
    }

    private static byte[] salt(byte[] saltKey, long position) throws Exception {
        var key =
                sha256(
                        "spoor salts of 1024\n".getBytes(US_ASCII),
                        saltKey,
                        ByteBuffer.allocate(8).putLong(0, position / 1024).array());
        var aes = Cipher.getInstance("AES/ECB/NoPadding");
        aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        return aes.doFinal(ByteBuffer.allocate(16).putLong(8, position).array());
    }

    /** The root that a note signs, whose signature holds under the ledger's key. */
    private byte[] signed(String note, long size) throws Exception {
        var key = Files.readString(live.resolve("verifier-key")).strip();
        var parts = key.split("\\+", 3);
        var told = Base64.getDecoder().decode(parts[2]);
        assertThat(told[0]).isEqualTo((byte) 1);
        var hash = sha256((parts[0] + "\n").getBytes(UTF_8), told);
        assertThat(HexFormat.of().formatHex(hash, 0, 4)).isEqualTo(parts[1]);
        var lines = note.split("\n");
        assertThat(lines[0]).isEqualTo(parts[0]);
        assertThat(Long.parseLong(lines[1])).isEqualTo(size);
        assertThat(lines[4]).startsWith("\u2014 " + parts[0] + " ");
        var signature =
                Base64.getDecoder().decode(lines[4].substring(lines[4].lastIndexOf(' ') + 1));
        assertThat(Arrays.copyOf(signature, 4)).isEqualTo(Arrays.copyOf(hash, 4));
        var x509 = HexFormat.of().parseHex("302a300506032b6570032100");
        var encoded = ByteBuffer.allocate(44).put(x509).put(told, 1, 32).array();
        var check = Signature.getInstance("Ed25519");
        check.initVerify(
                KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
        check.update((lines[0] + "\n" + lines[1] + "\n" + lines[2] + "\n").getBytes(UTF_8));
        assertThat(check.verify(signature, 4, signature.length - 4)).isTrue();
        return Base64.getDecoder().decode(lines[2]);
    }

    // ---- a journal: header, records, entries, tree, note

    @Test
    void aJournalGivesItsEntriesAndTheirSignedRoot() throws Exception {
        var file = ByteBuffer.wrap(Files.readAllBytes(live.resolve("journal-000000000000.spoor")));
        var header = bytes(file, 20);
        assertThat(new String(header, 0, 8, US_ASCII)).isEqualTo("SPOORJNL");
        assertThat(Arrays.copyOfRange(header, 8, 20))
                .isEqualTo(new byte[] {0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        assertThat(file.getInt()).isEqualTo(crc32c(header, 20));
        var saltKey = new byte[0];
        var entries = new ArrayList<byte[]>();
        var lines = new ArrayList<String>();
        int notes = 0;
        for (int number = 0; file.hasRemaining(); number++) {
            var head = bytes(file, 25);
            assertThat(file.getInt()).isEqualTo(crc32c(head, 25));
            var told = ByteBuffer.wrap(head);
            byte type = told.get();
            var payload = section(bytes(file, told.getInt()), number);
            assertThat(payload.get()).isEqualTo(type);
            long position = payload.getLong();
            assertThat(position).isEqualTo(told.getLong()).isEqualTo(entries.size());
            assertThat(payload.getInt()).isEqualTo(told.getInt());
            long received = payload.getLong();
            switch (type) {
                case 1 -> saltKey = bytes(payload, 32);
                case 3 -> {
                    var note = new String(bytes(payload, payload.remaining()), UTF_8);
                    assertThat(signed(note, position)).isEqualTo(root(entries));
                    notes++;
                }
                default -> {
                    while (payload.hasRemaining()) {
                        entries.add(entry(payload, saltKey, entries.size(), received, lines));
                    }
                }
            }
        }
        assertThat(notes).isPositive();
        assertThat(entries).hasSize(EVENTS + 1);
        assertThat(lines.get(1)).isEqualTo("{\"n\":0,\"verb\":\"get\"}");
        assertThat(lines.getLast()).isEqualTo("{\"n\":%d,\"verb\":\"get\"}".formatted(EVENTS - 1));
    }

    /** The bytes that are hashed into the tree. */
    private static byte[] entry(
            ByteBuffer in, byte[] saltKey, long position, long received, List<String> lines)
            throws Exception {
        long source = zigzag(varint(in));
        long line = varint(in);
        long item = varint(in);
        byte flags = in.get();
        var original = bytes(in, varint(in));
        assertThat(flags >>> 4).isNotEqualTo(3);
        lines.add(new String(original, UTF_8));
        var entry = ByteBuffer.allocate(100).put((byte) 1).put(flags);
        varint(entry, source < 0 ? 0 : 1); // its declaration is entry 0
        varint(entry, line);
        varint(entry, item);
        varint(entry, received);
        varint(entry, original.length);
        entry.put(sha256(salt(saltKey, position), original));
        return Arrays.copyOf(entry.array(), entry.position());
    }

    private static void varint(ByteBuffer out, long value) {
        long rest = value;
        for (; rest >>> 7 != 0; rest >>>= 7) {
            out.put((byte) (rest & 0x7f | 0x80));
        }
        out.put((byte) rest);
    }

    // ---- a segment: header, trailer, footer, and where every section stands

    @Test
    void aSegmentsFooterTellsEveryByteOfIt() throws Exception {
        var name = "segment-%012d-%012d.spoor".formatted(0, EVENTS + 1);
        var all = Files.readAllBytes(sealed.resolve(name));
        assertThat(new String(all, 0, 8, US_ASCII)).isEqualTo("SPOORSEG");
        assertThat(ByteBuffer.wrap(all).getInt(8)).isEqualTo(1 << 16);
        assertThat(ByteBuffer.wrap(all).getLong(12)).isZero();
        assertThat(ByteBuffer.wrap(all).getInt(20)).isEqualTo(crc32c(all, 20));
        var trailer = Arrays.copyOfRange(all, all.length - 32, all.length);
        var end = ByteBuffer.wrap(trailer);
        long footerNumber = end.getLong();
        int footerAt = (int) end.getLong();
        int footerLength = end.getInt();
        assertThat(end.getInt()).isEqualTo(crc32c(trailer, 20));
        assertThat(new String(trailer, 24, 8, US_ASCII)).isEqualTo("SPOOREND");
        assertThat(footerAt + footerLength).isEqualTo(all.length - 32);
        var footer =
                section(Arrays.copyOfRange(all, footerAt, footerAt + footerLength), footerNumber);
        var lengths = new ArrayList<Integer>();
        var dictionaries = new ArrayList<Integer>();
        var paths = new ArrayList<String>();
        for (long columns = varint(footer); columns > 0; columns--) {
            paths.add(text(footer));
            footer.getShort(); // type and look
            dictionaries.add((int) varint(footer));
            footer.getLong();
        }
        dictionaries.add((int) varint(footer));
        for (long shapes = varint(footer); shapes > 0; shapes--) {
            for (long values = varint(footer); values > 0; values--) {
                bytes(footer, varint(footer));
                assertThat(varint(footer)).isLessThan(paths.size());
            }
            bytes(footer, varint(footer));
        }
        assertThat(varint(footer)).isEqualTo(1); // source
        assertThat(varint(footer)).isZero();
        assertThat(text(footer)).isEqualTo(Kind.JSON.id());
        assertThat(footer.get()).isZero();
        assertThat(text(footer)).isEqualTo("events");
        assertThat(footer.get()).isZero();
        assertThat(text(footer)).isEmpty();
        assertThat(varint(footer)).isEqualTo(1); // block
        assertThat(varint(footer)).isZero();
        assertThat(varint(footer)).isEqualTo(EVENTS + 1);
        assertThat(footer.getLong()).isEqualTo(Long.MAX_VALUE);
        assertThat(footer.getLong()).isEqualTo(Long.MIN_VALUE);
        varint(footer); // events that tell no time
        varint(footer); // original bytes
        long chunks = varint(footer);
        for (long i = 0; i < chunks; i++) {
            assertThat(varint(footer)).isLessThan(paths.size());
        }
        for (long i = 0; i < chunks + 5; i++) {
            lengths.add((int) varint(footer));
        }
        assertThat(varint(footer)).isEqualTo(1); // salt key
        assertThat(varint(footer)).isZero();
        assertThat(footer.get()).isZero();
        assertThat(bytes(footer, varint(footer))).hasSize(32);
        assertThat(footer.hasRemaining()).isFalse();
        assertThat(paths).contains("n", "verb");
        lengths.addAll(dictionaries);
        int at = 24;
        int number = 0;
        for (int length : lengths) {
            if (length > 0) {
                section(Arrays.copyOfRange(all, at, at + length), number++);
                at += length;
            }
        }
        assertThat(at).isEqualTo(footerAt);
        assertThat((long) number).isEqualTo(footerNumber);
    }
}
