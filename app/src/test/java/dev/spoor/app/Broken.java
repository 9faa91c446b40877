package dev.spoor.app;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGeneratorFactory;
import java.util.zip.GZIPOutputStream;

/** Input that nobody wrote in good faith, made when the test runs. */
enum Broken {
    EMPTY("unreadable") {
        @Override
        void write(Path file) throws IOException {
            Files.createFile(file);
        }
    },
    BINARY("unreadable") {
        @Override
        void write(Path file) throws IOException {
            var bytes = new byte[100_000];
            RandomGeneratorFactory.of("L64X128MixRandom").create(SEED).nextBytes(bytes);
            bytes[0] = 0;
            Files.write(file, bytes);
        }
    },
    CUT_IN_THE_MIDDLE("cut") {
        @Override
        void write(Path file) throws IOException {
            var lines = EVENT + "\n" + EVENT + "\n" + EVENT.substring(0, EVENT.length() / 2);
            Files.writeString(file, lines);
        }
    },
    ONE_LONG_LINE("limit") {
        @Override
        void write(Path file) throws IOException {
            try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
                text(out, EVENT + "\n");
                text(out, EVENT.substring(0, EVENT.length() - 1) + ",\"annotations\":{\"a\":\"");
                var block = new byte[1 << 20];
                Arrays.fill(block, (byte) 'a');
                for (int i = 0; i < LONG_LINE_MIB; i++) {
                    out.write(block);
                }
                text(out, "\"}}\n" + EVENT + "\n");
            }
        }
    },
    DEEP_NESTING("parse") {
        @Override
        void write(Path file) throws IOException {
            var deep = "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000);
            var event = EVENT.substring(0, EVENT.length() - 1) + ",\"requestObject\":" + deep + "}";
            Files.writeString(file, EVENT + "\n" + deep + "\n" + event + "\n" + EVENT + "\n");
        }
    },
    NUL_BYTES("parse") {
        @Override
        void write(Path file) throws IOException {
            Files.writeString(file, EVENT + "\n\0\0\0\0" + EVENT + "\n" + EVENT + "\n");
        }
    },
    INVALID_UTF_8("") {
        @Override
        void write(Path file) throws IOException {
            var bytes = (EVENT + "\n").getBytes(StandardCharsets.ISO_8859_1);
            int at = EVENT.indexOf("kubectl");
            bytes[at] = (byte) 0xff;
            bytes[at + 1] = (byte) 0xc0;
            Files.write(file, bytes);
        }
    },
    GZIP_BOMB("limit") {
        @Override
        void write(Path file) throws IOException {
            try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
                var block = new byte[1 << 20];
                Arrays.fill(block, (byte) ' ');
                for (int i = 0; i < BOMB_MIB; i++) {
                    out.write(block);
                }
            }
        }
    };

    static final long SEED = 20261123;
    static final int LONG_LINE_MIB = 20;
    static final int BOMB_MIB = 600;

    /** A whole audit event, on one line. */
    static final String EVENT =
            """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata",\
            "auditID":"7c1f0d0a-3f7d-4f7a-9a38-1e4ee7c7b1aa","stage":"ResponseComplete",\
            "requestURI":"/api/v1/namespaces/shop/secrets/db","verb":"get",\
            "user":{"username":"alice","groups":["system:authenticated"]},\
            "sourceIPs":["192.0.2.7"],"userAgent":"kubectl/v1.35.2",\
            "objectRef":{"resource":"secrets","namespace":"shop","name":"db","apiVersion":"v1"},\
            "responseStatus":{"metadata":{},"code":200},\
            "requestReceivedTimestamp":"2026-11-23T05:00:00.000001Z",\
            "stageTimestamp":"2026-11-23T05:00:00.004002Z"}\
            """;

    /** The kind of gap that tells it; empty when nothing is lost. */
    final String gap;

    Broken(String gap) {
        this.gap = gap;
    }

    abstract void write(Path file) throws IOException;

    private static void text(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
