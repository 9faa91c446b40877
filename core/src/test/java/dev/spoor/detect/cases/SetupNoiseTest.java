package dev.spoor.detect.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.detect.sigma.RuleSets;
import dev.spoor.event.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nobody is to be woken by the set-up of a cluster, nor is any of it to go unsaid by a blind spot.
 */
class SetupNoiseTest {
    @ParameterizedTest
    @ValueSource(strings = {"kubeadm.yml", "network.yml", "addons.yml"})
    void theSetUpOfAClusterRaisesNothingAboveLow(String file) throws IOException {
        var path = Path.of("..", "scenarios", "setup", file);
        var loud = new ArrayList<String>();
        for (var one : RuleCases.requests(file, Files.readString(path))) {
            for (var rule : RuleSets.shipped().rules()) {
                one.told(rule)
                        .filter(level -> level.compareTo(Level.MEDIUM) >= 0)
                        .ifPresent(level -> loud.add(rule.id() + " " + level + ": " + one.name()));
            }
        }
        assertThat(loud).isEmpty();
    }
}
