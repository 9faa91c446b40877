package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RequestsTest {
    @Test
    void theStagesOfOneRequestCountOnce() {
        var requests = new Requests();
        for (int i = 0; i < 3; i++) {
            requests.add(hash(0, "a"));
            requests.add(hash(0, "b"));
        }
        assertThat(requests.count()).isEqualTo(2);
    }

    @Test
    void oneIdInTwoSourcesIsTwoRequests() {
        var requests = new Requests();
        requests.add(hash(0, "a"));
        requests.add(hash(1, "a"));
        assertThat(requests.count()).isEqualTo(2);
    }

    @Test
    void countsExactlyPastTheFirstGeneration() {
        var requests = new Requests();
        int many = Requests.GENERATION * 2 + 7;
        for (int i = 0; i < many; i++) {
            long id = hash(0, "request " + i);
            requests.add(id);
            requests.add(id);
            if (i >= 5000) {
                requests.add(hash(0, "request " + (i - 5000)));
            }
        }
        assertThat(requests.count()).isEqualTo(many);
    }

    private static long hash(int source, String id) {
        var bytes = id.getBytes(StandardCharsets.UTF_8);
        return Requests.hash(source, bytes, 0, bytes.length);
    }
}
