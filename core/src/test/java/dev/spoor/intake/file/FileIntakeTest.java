package dev.spoor.intake.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.spoor.event.Gap;
import dev.spoor.query.InMemoryEvents;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
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
        byte[] bomb = new byte[100 << 20];
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
}
