package dev.spoor.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.fault.Tampered;
import java.io.ByteArrayOutputStream;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class GlueTest {
    @Test
    void ordinaryLinesNeedEightBytes() {
        var lines = Reading.of("{\"a\":1}\n".repeat(300)).exact();
        assertThat(lines.sink().wrappers()).hasSize(1);
        assertThat(HexFormat.of().formatHex(lines.sink().wrappers().getFirst()))
                .isEqualTo("5701" + "0200" + "00ac02");
        var windows = Reading.of("{\"a\":1}\r\n".repeat(300)).exact();
        assertThat(windows.sink().wrappers().getFirst().length).isLessThan(20);
    }

    @Test
    void muchGlueComesInSmallDescriptions() {
        var blank = "\n".repeat(200_000);
        var text = blank + "{\"a\":1}" + blank + "{\"a\":1}\r\n{\"a\":1}\r\n{\"a\":1}\r\n" + blank;
        var reading = Reading.of("{\"a\":1}\n" + text).exact();
        assertThat(reading.events()).hasSize(5);
        assertThat(reading.sink().wrappers())
                .hasSizeGreaterThan(5)
                .allMatch(part -> part.length <= Glue.DESCRIPTION_BYTES_MAX);
    }

    @Test
    void whatDoesNotFitTogetherIsTold() {
        byte[] one = HexFormat.of().parseHex("5701" + "0200" + "0001");
        var out = new ByteArrayOutputStream();
        assertThatThrownBy(() -> Original.write(List.of(one), Collections.emptyIterator(), out))
                .isInstanceOf(Tampered.class);
        assertThatThrownBy(() ->
                        Original.write(
                                List.of(one), List.of(new byte[1], new byte[1]).iterator(), out))
                .isInstanceOf(Tampered.class);
        byte[] damaged = HexFormat.of().parseHex("5701" + "02ff");
        assertThatThrownBy(() -> Original.write(List.of(damaged), Collections.emptyIterator(), out))
                .isInstanceOf(Tampered.class);
    }
}
