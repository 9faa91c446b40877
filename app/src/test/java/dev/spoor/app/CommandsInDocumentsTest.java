package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents tell people to type does what they say. */
class CommandsInDocumentsTest {
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/life-of-an-event.md"})
    void everyCommandRunsInItsOrder(String document) throws IOException {
        var commands = commands(Checkout.ROOT.resolve(document));
        assertThat(commands).isNotEmpty();
        for (var command : commands) {
            var ran = Ran.at(folder.resolve("home"), command.toArray(String[]::new));
            assertThat(ran.code()).as(command + "\n" + ran.err()).isEqualTo(Main.DONE);
            assertThat(ran.out()).as(command.toString()).isNotEmpty();
        }
    }

    /**
     * The arguments of each {@code ./spoor} line; paths are of the checkout, what it writes is
     * temporary.
     */
    private List<List<String>> commands(Path document) throws IOException {
        var commands = new ArrayList<List<String>>();
        boolean code = false;
        for (var line : Files.readAllLines(document)) {
            if (line.startsWith("```")) {
                code = line.equals("```sh");
            } else if (code && line.startsWith("./spoor ")) {
                commands.add(words(line.substring(8)));
            }
        }
        return commands;
    }

    private List<String> words(String line) {
        var words = new ArrayList<String>();
        var found = WORD.matcher(line);
        while (found.find() && !found.group().startsWith("#")) {
            var word = found.group(1) != null ? found.group(1) : found.group(3);
            words.add(place(word == null ? found.group(2) : word));
        }
        if (words.getFirst().equals("demo")) {
            words.addAll(List.of("--report", folder.resolve("demo.html").toString()));
        }
        return words;
    }

    private String place(String word) {
        if (word.contains("/") && Files.exists(Checkout.ROOT.resolve(word))) {
            return Checkout.ROOT.resolve(word).toString();
        }
        return word.equals("evidence") || word.endsWith(".html")
                ? folder.resolve(word).toString()
                : word;
    }
}
