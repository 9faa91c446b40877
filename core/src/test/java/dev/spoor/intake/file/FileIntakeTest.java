package dev.spoor.intake.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.spoor.event.EventSink;
import dev.spoor.event.Gap;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import dev.spoor.intake.Feed;
import dev.spoor.query.InMemoryEvents;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileIntakeTest {
    @TempDir Path folder;
    private final InMemoryEvents sink = new InMemoryEvents();

    private static String events(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i ->
                        "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"auditID\":\"%d\",\"stage\":\"ResponseComplete\",\"verb\":\"get\"}\n"
                                .formatted(i))
                .collect(Collectors.joining());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(byte[] plain) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] joined(byte[] a, byte[] b) {
        byte[] all = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        return all;
    }

    private FileIntake.Total read(String... paths) {
        return new FileIntake(
                        FileIntakeConfig.defaults(), new ByteArrayInputStream(bytes(events(0, 3))))
                .read(List.of(paths), sink, Progress.NONE);
    }

    private void file(String name, byte[] content) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    private List<String> gaps() {
        return sink.gaps().stream().map(Gap::kind).toList();
    }

    @Test
    void severalGzipMembersAndZstdFramesAreOneFile() throws IOException {
        file("a", joined(gzip(bytes(events(0, 5))), gzip(bytes(events(5, 9)))));
        file(
                "b",
                joined(
                        Zstd.compress(bytes(events(0, 5)), 3),
                        Zstd.compress(bytes(events(5, 9)), 3)));
        file("c", gzip(gzip(bytes(events(0, 9)))));
        var total = read(folder.toString());
        assertThat(total.files()).isEqualTo(3);
        assertThat(total.events()).isEqualTo(27);
        assertThat(gaps()).isEmpty();
        assertThat(sink.sources()).extracting(s -> s.path()).containsExactly("a", "b", "c");
    }

    /** Packed in every way at random, read in portions at random: the same events. */
    @Test
    void packedDataInAnyPortionsAreTheSame() {
        long seed = 11;
        var random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            var all = new ByteArrayOutputStream();
            int events = 0;
            for (int part = random.nextInt(5); part >= 0; part--) {
                int size = random.nextInt(60);
                byte[] plain = bytes(events(events, events + size));
                all.writeBytes(round % 2 == 0 ? gzip(plain) : Zstd.compress(plain, 1));
                events += size;
            }
            byte[] packed = all.toByteArray();
            Feed feed = portions(packed, 1 + random.nextInt(200));
            try (var plain = round % 2 == 0 ? new GzipFeed(feed) : new ZstdFeed(feed)) {
                assertThat(read(plain))
                        .as("seed %d round %d", seed, round)
                        .isEqualTo(bytes(events(0, events)));
                assertThat(plain.loss()).isNull();
            }
            Feed cut = portions(Arrays.copyOf(packed, random.nextInt(packed.length)), 100);
            try (var plain = round % 2 == 0 ? new GzipFeed(cut) : new ZstdFeed(cut)) {
                byte[] kept = read(plain);
                assertThat(Arrays.copyOf(bytes(events(0, events)), kept.length)).isEqualTo(kept);
            }
            packed[random.nextInt(packed.length)] ^= 4;
            Feed damaged = portions(packed, 100);
            try (var plain = round % 2 == 0 ? new GzipFeed(damaged) : new ZstdFeed(damaged)) {
                byte[] kept = read(plain);
                assertThat(kept.length).isLessThan(1 << 20);
            }
        }
    }

    private static byte[] read(Feed feed) {
        var all = new ByteArrayOutputStream();
        byte[] part = new byte[1000];
        for (int size = feed.read(part, 0, 1000); size >= 0; size = feed.read(part, 0, 1000)) {
            all.write(part, 0, size);
        }
        return all.toByteArray();
    }

    private static Feed portions(byte[] bytes, int size) {
        var whole = Feed.of(bytes);
        return new Feed() {
            @Override
            public int read(byte[] into, int offset, int length) {
                return whole.read(into, offset, Math.min(length, size));
            }

            @Override
            public @Nullable Loss loss() {
                return null;
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void whatCloudWatchSendsToALambdaIsUnpacked() throws IOException {
        var data =
                "{\"messageType\":\"DATA_MESSAGE\",\"logGroup\":\"/aws/eks/prod/cluster\",\"logStream\":\"kube-apiserver-audit-1\",\"logEvents\":[{\"message\":\"%s\"}]}"
                        .formatted(events(0, 1).strip().replace("\"", "\\\""));
        var base64 = Base64.getEncoder().encodeToString(gzip(bytes(data)));
        var line = "{ \"awslogs\": {\"data\": \"" + base64 + "\"} }\n";
        file("a", bytes(line + line));
        file("b", bytes(line + line.substring(0, line.length() - 30)));
        file("c", bytes(line + "rubbish"));
        read(folder.toString());
        assertThat(sink.sources()).allMatch(s -> "prod".equals(s.cluster()));
        assertThat(sink.events().stream().filter(e -> e.source().id() == 0)).hasSize(2);
        assertThat(gaps()).contains("cut", "parse");
    }

    @Test
    void whatWasReadBeforeACutIsKept() throws IOException {
        byte[] gzip = gzip(bytes(events(0, 10_000)));
        byte[] zstd = Zstd.compress(bytes(events(0, 10_000)), 3);
        file("a.gz", Arrays.copyOf(gzip, gzip.length / 2));
        file("b.zst", Arrays.copyOf(zstd, zstd.length - 3));
        read(folder.toString());
        assertThat(sink.sources()).hasSize(2);
        assertThat(sink.events()).hasSizeGreaterThan(3000);
        assertThat(sink.gaps())
                .filteredOn(gap -> gap.detail().contains("end in the middle"))
                .hasSize(2);
    }

    @Test
    void aBombIsStoppedAndNamed() throws IOException {
        byte[] bomb = new byte[66 << 20];
        Arrays.fill(bomb, (byte) 'a');
        file("a.zst", Zstd.compress(bomb, 3));
        file("b.gz", gzip(bomb));
        file("c", bytes(events(0, 3)));
        read(folder.toString());
        assertThat(sink.gaps())
                .filteredOn(gap -> gap.kind().equals("limit"))
                .extracting(Gap::detail)
                .filteredOn(detail -> detail.contains("grow"))
                .hasSize(2);
        assertThat(sink.sources()).hasSize(3);
    }

    @Test
    void aFolderThatContainsItselfIsALoopAndAFileIsReadOnce() throws IOException {
        file("logs/a", bytes(events(0, 3)));
        Files.createSymbolicLink(folder.resolve("logs/again"), folder.resolve("logs"));
        Files.createSymbolicLink(folder.resolve("logs/b"), folder.resolve("logs/a"));
        Files.createSymbolicLink(folder.resolve("logs/lost"), folder.resolve("nowhere"));
        read(folder.toString(), folder.resolve("logs/a").toString());
        assertThat(sink.events()).hasSize(3);
        assertThat(gaps()).containsExactlyInAnyOrder("loop", "unreadable");
    }

    @Test
    void globsFindFilesAndTellWhenTheyDoNot() throws IOException {
        file("x/1.log", bytes(events(0, 1)));
        file("x/2.log", bytes(events(0, 1)));
        file("x/y/3.log", bytes(events(0, 1)));
        file("x/other", bytes(events(0, 1)));
        read(folder + "/x/*.log");
        assertThat(sink.sources()).hasSize(2);
        read(folder + "/**/3.log");
        assertThat(sink.sources()).hasSize(3);
        read(folder + "/*.nothing");
        assertThat(gaps()).containsExactly("unreadable");
    }

    @Test
    void standardInputIsRead() {
        assertThat(read("-").events()).isEqualTo(3);
        assertThat(sink.sources().getFirst().path()).isEqualTo("-");
    }

    @Test
    void aMissingFileAndAPipeCostNothingElse() throws Exception {
        file("a", bytes(events(0, 3)));
        var pipe = new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start();
        assertThat(pipe.waitFor()).isZero();
        read(folder.resolve("missing").toString(), folder.toString());
        assertThat(sink.events()).hasSize(3);
        assertThat(gaps()).containsExactly("unreadable", "unreadable");
    }

    @Test
    void anInterruptedReadingStopsCleanly() throws IOException {
        file("a", bytes(events(0, 3)));
        file("b", bytes(events(0, 3)));
        Thread.currentThread().interrupt();
        var total = read(folder.toString());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(total.stopped()).isTrue();
        assertThat(gaps()).containsExactly("cut", "cut");
    }

    @Test
    void aFewLinesOfAnInputThatStaysOpenAreTakenBeforeMoreCome() throws Exception {
        var first = new CountDownLatch(2);
        var counting =
                new EventSink() {
                    @Override
                    public int open(
                            Kind kind, Wrapping wrapping, String path, @Nullable String cluster) {
                        return sink.open(kind, wrapping, path, cluster);
                    }

                    @Override
                    public void take(Received record) {
                        sink.take(record);
                        first.countDown();
                    }

                    @Override
                    public void wrapper(int source, byte[] description) {
                        sink.wrapper(source, description);
                    }

                    @Override
                    public void gap(int source, Gap gap) {
                        sink.gap(source, gap);
                    }
                };
        var writer = new PipedOutputStream();
        var input = new PipedInputStream(writer);
        var reading =
                Thread.ofPlatform()
                        .start(() ->
                                new FileIntake(FileIntakeConfig.defaults(), input)
                                        .read(List.of("-"), counting, Progress.NONE));
        writer.write(bytes(events(0, 2)));
        writer.flush();
        assertThat(first.await(60, TimeUnit.SECONDS)).isTrue();
        writer.write(bytes(events(2, 5)));
        writer.close();
        reading.join();
        assertThat(sink.gaps()).isEmpty();
        assertThat(sink.events()).hasSize(5);
    }
}
