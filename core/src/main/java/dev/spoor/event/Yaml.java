package dev.spoor.event;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads YAML that people write: cases, exceptions. */
public final class Yaml {
    private Yaml() {}

    /** Refuses what is nested deeper than {@code depthMax}. */
    public static YAMLMapper mapper(int depthMax) {
        var constraints = StreamReadConstraints.builder().maxNestingDepth(depthMax).build();
        return YAMLMapper.builder(YAMLFactory.builder().streamReadConstraints(constraints).build())
                .build();
    }
}
