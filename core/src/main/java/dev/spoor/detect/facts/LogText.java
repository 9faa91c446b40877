package dev.spoor.detect.facts;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a line of a container, of an ingress or of a node says that a rule wants to know. One pass
 * over the bytes looks for a few words; only a line that has some of them is read. Attacks are
 * looked for in what was asked of a server, not in all that a program says: a program may log its
 * own queries, addresses and paths.
 */
final class LogText {
    /** Longer lines are read by their beginning. */
    private static final int TEXT_MAX = 64 << 10;

    /** What is behind a name such as {@code password=}: not a mask, a placeholder or a word. */
    private static final String VALUE = "[\"']?\\s*[=:]\\s*[\"']?[^\\s\"'*<>{}$&,;()\\[\\]]{8,}";

    /** Where a pattern is looked for. */
    private enum Part {
        /** The line as it stands, and without the escapes of JSON. */
        LINE,
        /** As {@link #LINE}, when an address in it has something before an at sign. */
        ADDRESS,
        /** The line as a server would understand it. */
        OPENED,
        /** What was asked of a server, as it would understand it. */
        REQUEST
    }

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
                        "maximum authentication attempts",
                        "failed publickey",
                        "failed keyboard-interactive",
                        "closed by authenticating",
                        "closed by invalid",
                        "reset by authenticating",
                        "failed su ",
                        "unable to authenticate the request",
                        "rejected connection",
                        "bad credentials"),
                "failed (password|publickey|keyboard-interactive\\S*) for|(closed|reset) by (authenticating|invalid) user|failed su \\(|unable to authenticate the request|rejected connection.*tls: (client|bad|failed|unknown|certificate)|\\bbad credentials|invalid user \\S+ from|authentication (failure|failed|error)|access denied for user|log-?in fail(ed|ure)|failed log-?in|logon failure|invalid (credentials|password|username)|(bad|wrong|incorrect) password|wrongpass|maximum authentication attempts"),
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
                        "aiza",
                        "sk_live_",
                        "hvs.",
                        "client_secret",
                        "secret_key",
                        "access_token",
                        "private_token",
                        "auth_token",
                        "accountkey=",
                        "npm_"),
                "-----begin [a-z ]*private key-----|\\bakia[0-9a-z]{16}\\b|\\bghp_[a-z0-9]{36}|github_pat_[a-z0-9_]{30}|xox[bp]-[0-9a-z-]{20}|eyjhbgci[a-z0-9_-]{8,}\\.[a-z0-9_-]{8,}\\.[a-z0-9_-]{8,}|\\bsk_live_[0-9a-z]{16}|\\bhvs\\.[0-9a-z_-]{24}|accountkey=[0-9a-z+/]{40}|\\bnpm_[0-9a-z]{36}\\b|\\b[a-z_]*(password|passwd|secret_access_key|api_?key|client_secret|secret_key|access_token|private_token|auth_token)"
                        + VALUE
                        + "|authorization: bearer \\S{16,}|glpat-[a-z0-9_-]{20}|\\baiza[0-9a-z_-]{35}\\b"),
        /** An address with a password in it. */
        SECRET_ADDRESS(
                List.of("://"),
                Part.ADDRESS,
                "\\b[a-z][a-z0-9+.-]{2,20}://[^\\s:/@\"'<>{}$*?]{0,64}:[^\\s:/@\"'<>{}$*\\[\\]]{4,}@[a-z0-9]"),
        ATTACK_PATH(
                List.of(
                        "../",
                        "..;",
                        "..\\",
                        "..%",
                        "%2e",
                        "%252e",
                        "%c0%ae",
                        "/etc/passwd",
                        "/etc/shadow",
                        "/etc/hosts",
                        "/etc/kubernetes",
                        "%2fetc",
                        "self/environ",
                        "self%2fenviron"),
                Part.REQUEST,
                "(\\.\\.;?[/\\\\]+){2,}|\\.\\.;[/\\\\]|/etc/(passwd|shadow|hosts|kubernetes/)|/proc/self/(environ|cmdline|fd/)|windows[/\\\\](win\\.ini|system32)"),
        ATTACK_DATABASE(
                List.of(
                        "union",
                        "' or ",
                        "'+or",
                        "%27",
                        "%20or%20",
                        "+or+",
                        "+and+",
                        "%20and%20",
                        "sleep(",
                        "sleep%28",
                        "benchmark(",
                        "waitfor",
                        "information_schema",
                        "xp_cmdshell",
                        "extractvalue",
                        "updatexml",
                        "load_file",
                        ";drop",
                        "drop%20",
                        "drop+"),
                Part.REQUEST,
                "union[\\s(]+((all|distinct)[\\s(]+)?select\\b|['\"]\\s*(or|and|\\|\\|)\\s+['\"]?\\w+['\"]?\\s*(=|<|>|like)|\\b(or|and)\\s+(\\d+)\\s*=\\s*\\d+|;\\s*(drop|truncate|alter)\\s+(table|database|schema|user)|\\b(sleep|pg_sleep|benchmark)\\(\\s*['\"]?\\d|waitfor\\s+delay|extractvalue\\(|updatexml\\(|xp_cmdshell|information_schema|load_file\\(|into\\s+(out|dump)file"),
        ATTACK_PAGE(
                List.of("<script", "%3c", "onerror", "javascript:"),
                Part.REQUEST,
                "<script|<(img|svg|iframe|body|input)[^>]{0,80}\\bon(error|load|focus)\\s*=|[=:]\\s*javascript:"),
        ATTACK_PROBE(
                List.of(
                        "/.env",
                        "/.git/",
                        "/.svn/",
                        "/.aws/",
                        "/.ssh/",
                        "/.kube/",
                        "/.htpasswd",
                        "eval-stdin",
                        "/cgi-bin/",
                        "wp-config",
                        "/actuator/",
                        "{{",
                        "%7b%7b"),
                Part.REQUEST,
                "/\\.(env|git/|svn/|aws/|ssh/|kube/|htpasswd)|eval-stdin\\.php|/cgi-bin/[^ ]*(\\.\\.|;|\\||/bin/)|wp-config\\.php|/actuator/(env|heapdump|gateway|jolokia|threaddump)|\\{\\{\\s*\\d+\\s*\\*\\s*\\d+\\s*\\}\\}"),
        /** A server made to ask on behalf of who asks it. */
        ATTACK_DETOUR(
                List.of(
                        "169.254.1",
                        "metadata.google",
                        "metadata.azure",
                        "100.100.100.200",
                        "a9fea9fe",
                        "2852039166",
                        "//kubernetes.default",
                        "%2fkubernetes.default",
                        "gopher:",
                        "dict:",
                        "=file:",
                        "=phar:",
                        "gopher%3a",
                        "file%3a"),
                Part.REQUEST,
                "[?&][^ ]*=[^&]*(\\b169\\.254\\.(169\\.254|170\\.2)\\b|metadata\\.(google\\.internal|azure)|\\b100\\.100\\.100\\.200\\b|fd00:ec2::254|//0xa9fea9fe|//2852039166|//kubernetes\\.default)|[?&][^ ]*=(gopher|dict|file|phar|expect|netdoc|jar):"),
        ATTACK_SHELL(
                List.of(".php", ".jsp", ".asp", ".phtml"),
                Part.REQUEST,
                "/(c99|r57|wso|b374k|alfa|indoxploit|webshell|cmd|shell)\\d*\\.(php\\d?|phtml|jspx?|aspx?|ashx)\\b|/(uploads?|images?|img|avatars?)/[^ ?]*\\.(php\\d?|phtml|jspx?|aspx?|ashx)\\b|\\.(php\\d?|phtml|jspx?|aspx?|ashx)\\?([^ ]*&)?(cmd|exec|execute|command|shell|system|passthru|c|cc)=(id|whoami|uname|ls|cat|wget|curl|nc|bash|sh|powershell|net|dir|type|ping|ifconfig|ip)\\b"),
        EXPLOIT(
                List.of(
                        "jndi",
                        "${lower",
                        "${upper",
                        ":-",
                        "() {",
                        "%28%29%20%7b",
                        "php://",
                        "data://text",
                        "allow_url_include",
                        "auto_prepend_file",
                        "class.module",
                        "ognl",
                        "_memberaccess",
                        "java.lang.runtime",
                        "java.lang.process",
                        "getruntime()",
                        "getruntime%28",
                        "%{(",
                        "%25%7b"),
                Part.OPENED,
                "\\$\\{(jndi:|(lower|upper):[^}]\\}|::-|[a-z]+:[^}]{0,20}:-[^}]?\\})|\\(\\) ?\\{ ?:;? ?\\}|php://(input|filter)|data://text|allow_url_include|auto_prepend_file|class\\.module\\.classloader|ognl(context|util)|_memberaccess|java\\.lang\\.(runtime|processbuilder)@|@java\\.lang\\.runtime|t\\(java\\.lang\\.|runtime\\.getruntime\\(\\)|%\\{\\(.*\\)"),
        /** A shell's words behind what ends the argument that was asked for. */
        INJECTION(
                List.of(
                        "%3b",
                        "%7c",
                        "$(",
                        "%24%28",
                        "%24(",
                        "$%28",
                        "%60",
                        ";+",
                        ";%20",
                        "|+",
                        "|%20",
                        "`id",
                        "`whoami",
                        "`cat",
                        "`curl",
                        "`wget",
                        "`uname",
                        "`sleep",
                        ";wget",
                        ";curl",
                        ";cat",
                        ";id",
                        ";ls",
                        ";sh",
                        ";nc",
                        ";rm",
                        ";uname",
                        ";whoami",
                        ";bash",
                        ";/bin",
                        ";/usr",
                        ";chmod",
                        ";ping",
                        ";sleep",
                        ";tftp",
                        ";busybox",
                        ";powershell",
                        "|wget",
                        "|curl",
                        "|cat",
                        "|id",
                        "|ls",
                        "|sh",
                        "|nc",
                        "|rm",
                        "|uname",
                        "|whoami",
                        "|bash"),
                Part.REQUEST,
                "[;|`]\\s*(wget|curl)\\s+(-\\S+\\s+)*(https?:|\\d+\\.\\d+\\.)|([;`]|\\$\\(|\\d\\|)\\s*(/(usr/)?bin/)?(id|whoami|uname|ls|cat|nc|ncat|bash|sh|rm|chmod|ping|nslookup|busybox|tftp|powershell|sleep)([\\s;|&)`\"'<>$]|$)"),
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
        /** The kernel kept a process from what its profile does not allow. */
        KERNEL_DENIED(
                List.of(
                        "apparmor=\"denied\"",
                        "apparmor=\\\"denied",
                        "type=seccomp",
                        "type=1326",
                        "avc:  denied",
                        "avc: denied"),
                "apparmor=\"denied\"|type=(seccomp|1326)\\b.*\\bsig=|avc: +denied +\\{"),
        RUNTIME_FAULT(
                List.of("oci runtime", "from runtime service failed", "failed to create shim"),
                "oci runtime (create|exec|start) failed|from runtime service failed|failed to create shim"),
        AUDIT_STOPPED(
                List.of("audit daemon", "auditd", "audit_enabled=0"),
                "audit_enabled=0|auditd\\S*: .*(is exiting|stopping)|the audit daemon is exiting");

        final List<String> hints;
        final Pattern pattern;
        final Part part;

        Kind(List<String> hints, String regex) {
            this(hints, Part.LINE, regex);
        }

        Kind(List<String> hints, Part part, String regex) {
            this.hints = hints;
            this.part = part;
            pattern = Pattern.compile(regex, Pattern.DOTALL);
        }

        /** Kinds that a rule need not tell apart share their first word. */
        String word() {
            if (name().startsWith("ATTACK_") || this == SECRET_ADDRESS) {
                return name().substring(0, name().indexOf('_')).toLowerCase(Locale.ROOT);
            }
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private static final Kind[] KINDS = Kind.values();
    private static final Letters LETTERS =
            new Letters(java.util.Arrays.stream(KINDS).map(kind -> kind.hints).toList());

    /**
     * An access log in which the request was answered with success: {@code "GET / HTTP/1.1" 200}.
     */
    private static final Pattern ANSWERED =
            Pattern.compile("http/[0-9.]+\\\\?\" 2\\d\\d\\b|\"?status\"?[:=] ?\"?2\\d\\d\\b");

    /** The kinds of things that the line says, sorted. */
    Set<String> kinds(byte[] bytes, int offset, int length) {
        int end = offset + Math.min(length, TEXT_MAX);
        long found = LETTERS.find(bytes, offset, end);
        if (found == 0) {
            return Set.of();
        }
        var line = new Read(new String(bytes, offset, end - offset, StandardCharsets.UTF_8));
        var kinds = new TreeSet<String>();
        for (int i = 0; i < KINDS.length; i++) {
            if ((found >>> i & 1) != 0 && line.holds(KINDS[i])) {
                kinds.add(KINDS[i].word());
            }
        }
        boolean exploit =
                kinds.contains(Kind.EXPLOIT.word()) || kinds.contains(Kind.INJECTION.word());
        if (exploit && ANSWERED.matcher(line.plain).find()) {
            kinds.add("exploit-answered");
        }
        return kinds;
    }

    /** A line, each form of it made when it is asked for. */
    private static final class Read {
        final String plain;
        private @Nullable String opened;
        private @Nullable String request;

        Read(String line) {
            plain = line.toLowerCase(Locale.ROOT);
        }

        boolean holds(Kind kind) {
            return switch (kind.part) {
                case ADDRESS -> addressed() && kind.pattern.matcher(plain).find();
                case LINE ->
                        kind.pattern.matcher(plain).find()
                                || plain.indexOf('\\') >= 0
                                        && kind.pattern.matcher(opened()).find();
                case OPENED -> kind.pattern.matcher(opened()).find();
                case REQUEST -> {
                    if (request == null) {
                        request = Payload.request(plain);
                    }
                    yield !request.isEmpty() && kind.pattern.matcher(request).find();
                }
            };
        }

        /** Most addresses have no at sign: an expression is asked about few lines. */
        private boolean addressed() {
            for (int at = plain.indexOf("://"); at >= 0; at = plain.indexOf("://", at + 3)) {
                int end = Math.min(plain.length(), at + ADDRESS_MAX);
                for (int i = at + 3; i < end && plain.charAt(i) > ' '; i++) {
                    if (plain.charAt(i) == '@') {
                        return true;
                    }
                }
            }
            return false;
        }

        private static final int ADDRESS_MAX = 400;

        private String opened() {
            if (opened == null) {
                opened = Payload.opened(plain);
            }
            return opened;
        }
    }
}
