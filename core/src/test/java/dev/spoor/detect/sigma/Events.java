package dev.spoor.detect.sigma;

import dev.spoor.detect.FactSource;
import dev.spoor.detect.RuleView;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Lens;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import java.nio.charset.StandardCharsets;

/** Events for tests. */
public final class Events {
    private Events() {}

    public static RuleView view(Kind kind, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var tree = Lens.tree(kind, Wrapping.NATIVE, bytes, 0, bytes.length);
        var source = new Source(0, kind, Wrapping.NATIVE, "test", null);
        return new RuleView(new JsonView(source, tree, bytes, 0, bytes.length), FactSource.NONE);
    }
}
