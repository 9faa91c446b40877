package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MainTest {
    @Test
    void withoutACommandItSaysWhatThereIs() {
        var ran = Ran.spoor();
        assertThat(ran.code()).isEqualTo(Main.DONE);
        assertThat(ran.out()).contains("Usage: spoor").contains("Start here:");
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void anUnknownCommandIsWrongUsageAndLeavesStandardOutputEmpty() {
        var ran = Ran.spoor("sacn");
        assertThat(ran.code()).isEqualTo(Main.USAGE);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("sacn").contains("spoor --help");
    }

    @Test
    void aNoteCannotCarryAnEscapeSequence() {
        var ran = Ran.spoor("\u001b[2Jgone");
        assertThat(ran.err()).doesNotContain("\u001b").contains("\\u001b[2Jgone");
    }
}
