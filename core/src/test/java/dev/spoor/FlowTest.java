package dev.spoor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Data flows one way, imports point the other. */
class FlowTest {
    private static final String ROOT = "dev.spoor";

    /**
     * Data flows left to right, so imports may only point left. Think about the flow before you
     * touch this list.
     */
    static final List<String> FLOW =
            List.of(
                    "fault",
                    "event",
                    "query",
                    "intake",
                    "ledger",
                    "cluster",
                    "hunt",
                    "detect",
                    "incident",
                    "respond",
                    "report");

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(ROOT);

    @Test
    void importsPointUpstream() {
        for (int stage = 0; stage < FLOW.size() - 1; stage++) {
            var downstream =
                    FLOW.subList(stage + 1, FLOW.size()).stream()
                            .map(name -> ROOT + "." + name + "..")
                            .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + "." + FLOW.get(stage) + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(downstream)
                    .allowEmptyShould(true)
                    .check(CLASSES);
        }
    }

    @Test
    void onlyTheCompositionRootReadsTheClock() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .check(CLASSES);
    }
}
