package dev.spoor.bench;

import dev.spoor.bench.Cluster.Pod;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * What containers write, as a collector wraps it: JSON, access logs, klog, Java lines and stack
 * traces.
 */
final class ContainerLines {
    private final Cluster cluster;
    private final Draw draw;
    private final JsonText json = new JsonText();
    private final JsonText inner = new JsonText();
    private final Queue<String> trace = new ArrayDeque<>();
    private Pod thrower;

    ContainerLines(Cluster cluster, Draw draw) {
        this.cluster = cluster;
        this.draw = draw;
    }

    StringBuilder line(long micros, boolean planted) {
        Pod pod;
        String message;
        var stream = "stdout";
        if (!planted && !trace.isEmpty() && draw.below(10) < 9) {
            pod = thrower;
            message = trace.remove();
            stream = "stderr";
        } else {
            pod = draw.skewed(cluster.pods);
            int of100 = draw.below(100);
            if (planted) {
                message =
                        "worker: connecting to stratum+tcp://xmrig-pool.example.net:%d algo=rx/0 threads=%d"
                                .formatted(3333 + draw.below(9), 1 + draw.below(8));
            } else if (of100 < 42) {
                message = structured(pod, micros);
            } else if (of100 < 74) {
                message = access(micros);
            } else if (of100 < 84) {
                message = java(pod, micros, "INFO");
            } else if (of100 < 88 && trace.isEmpty()) {
                stream = "stderr";
                thrower = pod;
                message = thrown(pod, micros);
            } else {
                stream = "stderr";
                message = klog(pod, micros);
            }
        }
        return wrapped(pod, micros, stream, message);
    }

    private StringBuilder wrapped(Pod pod, long micros, String stream, String message) {
        json.clear().open('{').key("time").text().append('"');
        json.time(micros);
        json.text().append(Integer.toString(1000 + draw.below(1000)), 1, 4).append("Z\"");
        return json.text("stream", stream)
                .text("logtag", "F")
                .text("message", message)
                .object("kubernetes")
                .text("namespace", pod.namespace())
                .text("pod", pod.name())
                .text("container", pod.container())
                .text("node", cluster.nodes.get(pod.node()))
                .close('}')
                .close('}')
                .text()
                .append('\n');
    }

    private String structured(Pod pod, long micros) {
        return inner.clear()
                .open('{')
                .time("ts", micros - draw.below(900))
                .text("level", draw.of("info", "info", "info", "info", "debug", "warn", "error"))
                .text("logger", pod.app() + "." + draw.of("http", "db", "kafka", "auth", "svc"))
                .text("msg", says())
                .text("trace_id", draw.hex(32))
                .number("user_id", draw.below(200_000))
                .number("duration_ms", draw.below(800))
                .text("path", path())
                .close('}')
                .text()
                .toString();
    }

    private String says() {
        return draw.of(
                "request completed",
                "order placed",
                "payment authorized",
                "cache miss",
                "user login ok",
                "retrying upstream",
                "connection pool exhausted",
                "published event",
                "consumed message",
                "rate limit exceeded");
    }

    private String path() {
        return draw.of(
                "/api/v1/cart",
                "/api/v1/checkout",
                "/api/v1/orders/",
                "/static/app.js",
                "/static/main.css",
                "/healthz",
                "/login",
                "/api/v2/search?q=",
                "/images/",
                "/api/v1/users/",
                "/graphql");
    }

    private String access(long micros) {
        var path = path();
        if (path.endsWith("/") || path.endsWith("=")) {
            path += draw.below(100_000);
        }
        var address =
                draw.oneIn(4)
                        ? draw.of(cluster.pods).address()
                        : "10.20." + draw.below(3) + "." + draw.below(256);
        return "%s - - [20/Nov/2026:%s +0000] \"%s %s HTTP/1.1\" %d %d \"-\" \"%s\" %d 0.%03d [shop-%d-80] %s"
                .formatted(
                        address,
                        clock(micros),
                        draw.of("GET", "GET", "GET", "POST", "PUT"),
                        path,
                        draw.of(200, 200, 200, 200, 200, 200, 200, 304, 404, 302, 500, 499),
                        draw.below(60_000),
                        draw.of(
                                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"
                                    + " (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
                                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X)"
                                    + " AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6"
                                    + " Mobile/15E148 Safari/604.1",
                                "okhttp/4.12.0",
                                "kube-probe/1.31",
                                "curl/8.5.0",
                                "Go-http-client/1.1"),
                        draw.below(2000),
                        draw.below(900),
                        draw.below(6),
                        draw.hex(32));
    }

    private static String clock(long micros) {
        long ofDay = Math.floorMod(micros / 1_000_000, 86_400);
        return "%02d:%02d:%02d".formatted(ofDay / 3600, ofDay / 60 % 60, ofDay % 60);
    }

    private String java(Pod pod, long micros, String level) {
        inner.clear().time(micros);
        var time = inner.text().substring(0, 23).replace('T', ' ');
        return "%s %s [%s%d] c.e.%s.%s : %s id=%d took %dms"
                .formatted(
                        time,
                        level,
                        draw.of(
                                "http-nio-8080-exec-",
                                "kafka-consumer-",
                                "scheduling-",
                                "HikariPool-1-"),
                        draw.below(32),
                        pod.app().replace("-", ""),
                        draw.of(
                                "OrderService",
                                "PaymentClient",
                                "CartController",
                                "JobRunner",
                                "Repository"),
                        says(),
                        draw.below(1_000_000),
                        draw.below(900));
    }

    private String thrown(Pod pod, long micros) {
        for (int i = 8 + draw.below(30); i > 0; i--) {
            trace.add(
                    "\tat "
                            + draw.of(
                                    "org.springframework.web.servlet.DispatcherServlet.doDispatch(DispatcherServlet.java:",
                                    "org.apache.catalina.core.ApplicationFilterChain.doFilter(ApplicationFilterChain.java:",
                                    "com.example."
                                            + pod.app().replace("-", "")
                                            + ".OrderService.place(OrderService.java:",
                                    "java.base/java.lang.Thread.run(Thread.java:",
                                    "com.zaxxer.hikari.pool.HikariPool.getConnection(HikariPool.java:",
                                    "jdk.internal.reflect.DirectMethodHandleAccessor.invoke(DirectMethodHandleAccessor.java:")
                            + draw.below(900)
                            + ")");
        }
        return java(pod, micros, "ERROR")
                + " java.lang."
                + draw.of(
                        "NullPointerException: Cannot invoke \"String.length()\" because \"name\""
                            + " is null",
                        "IllegalStateException: Connection is closed",
                        "RuntimeException: upstream 503");
    }

    private String klog(Pod pod, long micros) {
        return "%s1120 %s.%06d       %d %s:%d] %snamespace=\"%s\" name=\"%s\" elapsed=\"%d.%dms\""
                .formatted(
                        draw.of("I", "I", "I", "W", "E"),
                        clock(micros),
                        Math.floorMod(micros, 1_000_000),
                        1 + draw.below(9),
                        draw.of(
                                "reconciler.go",
                                "controller.go",
                                "leaderelection.go",
                                "reflector.go",
                                "proxier.go"),
                        draw.below(900),
                        draw.of(
                                "\"Finished syncing\" ",
                                "\"Reconciling\" ",
                                "\"Watch close\" ",
                                "\"Successfully renewed lease\" "),
                        pod.namespace(),
                        pod.name(),
                        draw.below(900),
                        draw.below(900));
    }
}
