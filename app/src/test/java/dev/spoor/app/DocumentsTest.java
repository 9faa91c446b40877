package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The documents hold what they promise: links lead somewhere, module notes stay short. */
class DocumentsTest {
    private static final Pattern LINK =
            Pattern.compile("\\]\\(([^)\\s#]*)(?:#[^)]*)?\\)|<img[^>]* src=\"([^\"]+)\"");

    @Test
    void noRelativeLinkIsDead() throws IOException {
        var dead = new ArrayList<String>();
        for (var document : Checkout.files(name -> name.endsWith(".md"))) {
            var links = LINK.matcher(Files.readString(document));
            while (links.find()) {
                var target = links.group(1) != null ? links.group(1) : links.group(2);
                if (target.isEmpty() || target.contains("://") || target.startsWith("mailto:")) {
                    continue;
                }
                if (!Files.exists(document.resolveSibling(target))) {
                    dead.add(Checkout.ROOT.relativize(document) + " -> " + target);
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    @Test
    void aModulesReadmeIsShorterThanThirtyLines() throws IOException {
        for (var document : Checkout.files("README.md"::equals)) {
            if (!document.equals(Checkout.ROOT.resolve("README.md"))
                    && Files.exists(document.resolveSibling("pom.xml"))) {
                assertThat(Files.readAllLines(document))
                        .as(document.toString())
                        .hasSizeLessThan(30);
            }
        }
    }
}
