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

    @Test
    void anEmptyPathIsNotThisFolder() {
        var ran = Ran.spoor("scan", "");
        assertThat(ran.code()).isEqualTo(Main.USAGE);
        assertThat(ran.err()).contains("a path is empty");
    }

    @Test
    void everyCommandExplainsItselfWithAnExample() {
        for (var command :
                new String[] {
                    "demo",
                    "scan",
                    "search",
                    "verify",
                    "export",
                    "rules",
                    "rules check",
                    "rules list",
                    "rules match"
                }) {
            var ran = Ran.spoor((command + " --help").split(" "));
            assertThat(ran.code()).isEqualTo(Main.DONE);
            assertThat(ran.out()).as(command).contains("Example").contains("spoor " + command);
        }
    }
}
