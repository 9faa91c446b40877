package dev.spoor.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VisibleTest {
    @Test
    void hiddenCharactersAreWrittenOut() {
        assertThat(Visible.text("a\u001b[2Jb")).isEqualTo("a\\u001b[2Jb");
        assertThat(Visible.text("log-\u202egpj.exe")).isEqualTo("log-\\u202egpj.exe");
        assertThat(Visible.text("a\nb\tc\r")).isEqualTo("a\\nb\\tc\\r");
        assertThat(Visible.text("x\u200by\ufeffz\u3164\u2028"))
                .isEqualTo("x\\u200by\\ufeffz\\u3164\\u2028");
        assertThat(Visible.text("\u0085\u007f\u009b")).isEqualTo("\\u0085\\u007f\\u009b");
        assertThat(Visible.text("\ud800!")).isEqualTo("\\ud800!");
        assertThat(Visible.text("a" + Character.toString(0xe0041))).isEqualTo("a\\u{e0041}");
    }

    @Test
    void honestTextStaysAsItIs() {
        var text = "Zoë grüßt 日本語 и Ελλάδα — «ok» 🎉 éé";
        assertThat(Visible.text(text)).isSameAs(text);
    }

    @Test
    void lettersBuriedUnderMarksShowThem() {
        assertThat(Visible.text("e" + "\u0301".repeat(5)))
                .isEqualTo("e\u0301\u0301\u0301\\u0301\\u0301");
    }

    @Test
    void columnsFollowTheTerminal() {
        assertThat(Visible.columns("ab")).isEqualTo(2);
        assertThat(Visible.columns("日本")).isEqualTo(4);
        assertThat(Visible.columns("e\u0301")).isEqualTo(1);
    }
}
