package dev.spoor.detect.facts;

import com.google.re2j.Pattern;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a line of a container, of an ingress or of a node says that a rule wants to know. One pass
 * over the bytes looks for a few words; only a line that has some of them is read.
 */
final class LogText {
    /** Longer lines are read by their beginning. */
    private static final int TEXT_MAX = 64 << 10;

    /** What is behind a name such as {@code password=}: not a mask, a placeholder or a word. */
    private static final String VALUE = "[\"']?\\s*[=:]\\s*[\"']?[^\\s\"'*<>{}$&,;()\\[\\]]{8,}";

    private enum Kind {
        LOGIN_FAILED(
                List.of(
                        "failed password",
                        "invalid user",
                        "authentication fail",
                        "authentication error",
                        "access denied for user",
                        "login fail",
                        "failed login",
                        "logon failure",
                        "invalid credentials",
                        "invalid password",
                        "invalid username",
                        "bad password",
                        "wrong password",
                        "wrongpass",
                        "incorrect password",
                        "maximum authentication attempts"),
                "failed password for|invalid user \\S+ from|authentication (failure|failed|error)|access denied for user|log-?in fail(ed|ure)|failed log-?in|logon failure|invalid (credentials|password|username)|(bad|wrong|incorrect) password|wrongpass|maximum authentication attempts"),
        LOGIN(
                List.of("accepted password", "accepted publickey", "session opened for user"),
                "accepted (password|publickey) for \\S+ from|(sshd|login|su)\\S*: .*session opened for user"),
        SSH_SERVER(List.of("server listening on"), "server listening on \\S+ port \\d+"),
        SECRET(
                List.of(
                        "private key-----",
                        "akia",
                        "ghp_",
                        "github_pat_",
                        "xoxb-",
                        "xoxp-",
                        "eyjhbgci",
                        "password",
                        "passwd",
                        "secret_access_key",
                        "api_key",
                        "apikey",
                        "authorization: bearer",
                        "glpat-",
                        "aiza"),
                "-----begin [a-z ]*private key-----|\\bakia[0-9a-z]{16}\\b|\\bghp_[a-z0-9]{36}|github_pat_[a-z0-9_]{30}|xox[bp]-[0-9a-z-]{20}|eyjhbgci[a-z0-9_-]{8,}\\.[a-z0-9_-]{8,}\\.[a-z0-9_-]{8,}|\\b[a-z_]*(password|passwd|secret_access_key|api_?key)"
                        + VALUE
                        + "|authorization: bearer \\S{16,}|glpat-[a-z0-9_-]{20}|\\baiza[0-9a-z_-]{35}\\b"),
        ATTACK(
                List.of(
                        "../..",
                        "..%2f",
                        "%2e%2e",
                        "%252e",
                        "/etc/passwd",
                        "/etc/shadow",
                        "union select",
                        "union+select",
                        "union%20select",
                        "' or ",
                        "'+or+",
                        "%27%20or",
                        "%27+or",
                        "<script",
                        "%3cscript",
                        "/.env",
                        "/.git/",
                        "eval-stdin",
                        "/cgi-bin/",
                        "wp-config",
                        "/actuator/",
                        "{{7*7}}",
                        "sleep("),
                "(\\.\\./){2,}|/etc/(passwd|shadow)|union\\s+(all\\s+)?select|' or ['0-9]+ ?= ?['0-9]+|<script[ >]|\"(get|post|head) [^ \"]*/\\.(env|git/)|eval-stdin\\.php|/cgi-bin/[^ \"]*(\\.\\.|;|\\|)|wp-config\\.php|/actuator/(env|heapdump|gateway)|\\{\\{7\\*7\\}\\}|(select|and|or|;)[^\"]{0,40}\\bsleep\\(\\d"),
        EXPLOIT(
                List.of(
                        "${jndi",
                        "%24%7bjndi",
                        "${lower",
                        "${::-",
                        "() {",
                        "%28%29%20%7b",
                        ";wget",
                        "wget+http",
                        "wget%20http",
                        "curl%20http",
                        "curl+http",
                        "php://input",
                        "allow_url_include",
                        "class.module.classloader",
                        "ognl",
                        "java.lang.runtime@",
                        "runtime.getruntime",
                        "%{(",
                        "%25%7b"),
                "\\$\\{(jndi:|lower:|upper:|::-)|\\(\\) ?\\{ ?:;? ?\\}|[;|&`]\\s*(wget|curl)\\s+(-\\S+\\s+)*https?:|php://input|allow_url_include|class\\.module\\.classloader|ognl(context|util)|java\\.lang\\.runtime@|runtime\\.getruntime\\(|%\\{\\(.*\\)"),
        KERNEL_FAULT(
                List.of(
                        "kernel panic",
                        "kernel bug at",
                        "unable to handle kernel",
                        "unable to handle page fault",
                        "general protection fault",
                        "oops:",
                        "kasan:",
                        "list_add corruption",
                        "refcount_t:"),
                "kernel panic|kernel bug at|unable to handle (kernel|page fault)|general protection fault|\\boops: |kasan:|list_(add|del) corruption|refcount_t: "),
        SEGFAULT(
                List.of("segfault at", "trap invalid opcode", "stack smashing"),
                "segfault at [0-9a-f]+ ip|trap invalid opcode|stack smashing detected"),
        OUT_OF_MEMORY(
                List.of("out of memory", "oom-kill", "oomkill"),
                "out of memory: killed process|oom-kill:|oomkill(ed|ing)"),
        KERNEL_MODULE(
                List.of("out-of-tree module", "module verification failed", "taints kernel"),
                "loading out-of-tree module|module verification failed|taints kernel"),
        ACCOUNT_MADE(
                List.of("new user:", "new user added", "password changed for"),
                "(useradd|adduser)\\S*: new user|new user: name=|password changed for "),
        NODE_CONTAINER_TOOL(
                List.of("crictl", "nerdctl", "ctr ", "docker exec", "docker cp", "runc exec"),
                "command=\\S*/(crictl|nerdctl|ctr|docker|runc|podman)\\s.*\\b(exec|cp|run|attach|export|checkpoint)\\b"),
        RUNTIME_ESCAPE(
                List.of("/proc/self/fd/", "release_agent", "core_pattern"),
                "(cwd|workdir|working directory)[^\n]{0,40}/proc/self/fd/\\d|release_agent|core_pattern"),
        MINER(
                List.of("xmrig", "stratum+", "cryptonight", "minexmr", "supportxmr", "nanopool"),
                "xmrig|stratum\\+(tcp|ssl)|cryptonight|minexmr|supportxmr|nanopool\\.org"),
        DESTROYED(
                List.of("drop database", "drop table", "flushall", "dropdatabase"),
                "(statement|query|command|execute)\\S*\\s.*\\b(drop (database|table|schema)|flushall|dropdatabase)\\b"),
        AUDIT_STOPPED(
                List.of("audit daemon", "auditd", "audit_enabled=0"),
                "audit_enabled=0|auditd\\S*: .*(is exiting|stopping)|the audit daemon is exiting");

        final List<String> hints;
        final Pattern pattern;

        Kind(List<String> hints, String regex) {
            this.hints = hints;
            pattern = Pattern.compile(regex, Pattern.DOTALL);
        }

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private static final Kind[] KINDS = Kind.values();
    private static final Letters LETTERS;
    private static final long[][] MASKS = new long[KINDS.length][2];

    static {
        var words = new ArrayList<String>();
        for (int i = 0; i < KINDS.length; i++) {
            for (var hint : KINDS[i].hints) {
                MASKS[i][words.size() >>> 6] |= 1L << words.size();
                words.add(hint);
            }
        }
        LETTERS = new Letters(words);
    }

    /**
     * An access log in which the request was answered with success: {@code "GET / HTTP/1.1" 200}.
     */
    private static final Pattern ANSWERED =
            Pattern.compile("http/[0-9.]+\\\\?\" 2\\d\\d\\b|\"?status\"?[:=] ?\"?2\\d\\d\\b");

    private final long[] found = new long[2];

    /** The kinds of things that the line says, sorted. */
    Set<String> kinds(byte[] bytes, int offset, int length) {
        int end = offset + Math.min(length, TEXT_MAX);
        LETTERS.find(bytes, offset, end, found);
        if ((found[0] | found[1]) == 0) {
            return Set.of();
        }
        var line = new String(bytes, offset, end - offset, StandardCharsets.UTF_8);
        var plain = line.toLowerCase(Locale.ROOT);
        var opened = opened(plain);
        var kinds = new TreeSet<String>();
        for (int i = 0; i < KINDS.length; i++) {
            boolean hinted = (found[0] & MASKS[i][0]) != 0 || (found[1] & MASKS[i][1]) != 0;
            if (hinted
                    && (KINDS[i].pattern.matcher(plain).find()
                            || !opened.equals(plain) && KINDS[i].pattern.matcher(opened).find())) {
                kinds.add(KINDS[i].word());
            }
        }
        if (kinds.contains(Kind.EXPLOIT.word()) && ANSWERED.matcher(plain).find()) {
            kinds.add("exploit-answered");
        }
        return kinds;
    }

    /** Without JSON's escapes, and percent-decoded twice: both hide what a server understands. */
    private static String opened(String text) {
        var open =
                text.indexOf('\\') < 0
                        ? text
                        : text.replace("\\\"", "\"")
                                .replace("\\/", "/")
                                .replace("\\u0026", "&")
                                .replace("\\u003c", "<")
                                .replace("\\u003e", ">");
        for (int i = 0; i < 2 && open.indexOf('%') >= 0; i++) {
            try {
                open = URLDecoder.decode(open, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
            } catch (IllegalArgumentException e) {
                return open; // a percent sign that is none
            }
        }
        return open;
    }
}
