package dev.spoor.detect.facts;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * What a command line is for, told from its words. Quotes, backslashes and {@code $IFS} inside
 * words do not hide them; text in base64 is looked into once.
 */
final class Commands {
    /** Longer command lines are judged by their beginning. */
    private static final int TEXT_MAX = 64 << 10;

    /** How etcd's own client is told to prove itself: named in every honest use of it. */
    private static final Pattern ETCD_KEYS = Pattern.compile("--(cacert|cert|key)[= ]\\S+");

    /** Shorter runs of base64 letters are ordinary words. */
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]{16,}={0,2}");

    private static final Pattern SHELL =
            Pattern.compile(
                    "(^|[\\s/;|&(])(sh|bash|ash|dash|zsh|ksh|csh|tcsh|fish|pwsh|powershell|rbash)(\\.exe)?($|[\\s;|&)])");

    private enum Shape {
        DOWNLOADER(
                List.of(
                        "curl",
                        "wget",
                        "aria2c",
                        "lwp-download",
                        "ftpget",
                        "tftp",
                        "urlretrieve",
                        "urlopen",
                        "webrequest",
                        "iwr"),
                "\\b(curl|wget|aria2c|lwp-download|ftpget|tftp|urlretrieve|urlopen|invoke-webrequest|iwr)\\b"),
        ENCODED(
                List.of("base64", "b64decode", "openssl", "xxd", "\\x", "eval", "gunzip"),
                "base64\\s+(-d|--decode|-di|-D)\\b|b64decode|frombase64string|openssl\\s+(enc|base64)\\s.*-d\\b|xxd\\s+-r|\\\\x[0-9a-f]{2}\\\\x[0-9a-f]{2}|\\beval\\b|gunzip\\s*\\|\\s*(ba)?sh"),
        REVERSE_SHELL(
                List.of(
                        "/dev/tcp",
                        "/dev/udp",
                        "nc",
                        "netcat",
                        "socat",
                        "sh",
                        "pty",
                        "socket",
                        "fsockopen"),
                "/dev/(tcp|udp)/|\\b(nc|ncat|netcat|nc\\.traditional)\\b.*\\s-[a-z]*[ec]\\b|\\bsocat\\b.*\\b(exec|system)\\b|mkfifo\\b.*\\b(nc|ncat|netcat|telnet)\\b|\\b(ba)?sh\\s+-i\\s*[>&]|pty\\.spawn|socket\\.socket\\b.*\\bconnect\\b|fsockopen|tcpsocket|use\\s+socket|bash\\s+-i\\s+>&"),
        CREDENTIALS(
                List.of(
                        "secret",
                        "token",
                        "shadow",
                        ".kube",
                        "/etc/kubernetes",
                        ".aws",
                        ".ssh",
                        ".docker",
                        ".git-c",
                        ".pgpass",
                        ".netrc",
                        "kubelet",
                        "azure",
                        "environ",
                        "gcloud"),
                "/run/secrets/(kubernetes\\.io|eks\\.amazonaws\\.com|azure)|serviceaccount/token|/etc/shadow|/etc/gshadow|\\.kube/config|/etc/kubernetes/(admin|super-admin|kubelet|pki|scheduler|controller-manager)|\\.aws/credentials|\\.ssh/(id_|authorized)|\\.docker/config\\.json|\\.git-credentials|\\.pgpass|\\.netrc|/var/lib/kubelet/(pki|kubeconfig)|azure\\.json|/proc/[0-9a-z*]+/environ|gcloud/(credentials|application_default)"),
        METADATA(
                List.of(
                        "169.",
                        "metadata",
                        "fd00",
                        "100.100",
                        "2852039166",
                        "0xa9",
                        "0251",
                        "a9fe"),
                "169\\.254\\.169\\.254|169\\.254\\.170\\.2|metadata\\.google|fd00:ec2::254|100\\.100\\.100\\.200|2852039166|0xa9fea9fe|0251\\.0376|0xa9\\.0xfe|::ffff:a9fe:a9fe|169\\.16689662|metadata\\.azure"),
        COPY_OUT(
                List.of("tar"),
                "\\btar\\s+(-?[a-z]*c[a-z]*f?|.*--create)\\b.*(\\s-(\\s|$)|\\s-$)|\\btar\\s+-?c[a-z]*f\\s+-|\\btar\\s+-?[a-z]*c[a-z]*\\s"),
        COPY_IN(List.of("tar"), "\\btar\\s+-?[a-z]*x[a-z]*f?\\s+-"),
        RECON(
                List.of(),
                "^(\\S*/)?(id|whoami|hostname|uname|ps|netstat|ss|ip|ifconfig|mount|df|lsmod|env|printenv|capsh|w|who|last|arp|route|lsns|findmnt)\\b|/etc/(passwd|hosts|resolv\\.conf|os-release)|/proc/(self|1|mounts|version|net)|\\b(nmap|masscan|amicontained|linpeas|deepce|kubeletctl|kube-hunter|peirates|kdigger|botb|cdk)\\b|(;|&&|\\|)\\s*(id|whoami|uname|env|printenv|ifconfig|netstat)\\b|-c\\s+(id|whoami|uname|hostname|env|printenv|ps|mount)\\b"),
        ESCAPE(
                List.of(
                        "nsenter",
                        "chroot",
                        "unshare",
                        "release",
                        "core_pattern",
                        "uevent",
                        "debugfs",
                        "mount",
                        "insmod",
                        "modprobe",
                        "setns",
                        "/proc/1"),
                "\\bnsenter\\b|\\bchroot\\b|\\bunshare\\b|release_agent|core_pattern|notify_on_release|uevent_helper|\\bdebugfs\\b|\\bmount\\s+/dev/|\\binsmod\\b|\\bmodprobe\\b|\\bsetns\\b|/proc/1/root"),
        MINER(
                List.of(
                        "xm",
                        "minerd",
                        "miner",
                        "cpuminer",
                        "stratum",
                        "donate",
                        "cryptonight",
                        "randomx",
                        "nicehash",
                        "--coin",
                        "pool",
                        "monero",
                        "hashvault",
                        "--algo",
                        "t-rex",
                        "support"),
                "\\b(xmrig|minerd|cpuminer|xmr-stak|ethminer|nbminer|t-rex|lolminer|phoenixminer|cgminer|nanominer|ccminer|srbminer)\\b|stratum\\+?(tcp|ssl)?:|--donate-level|cryptonight|randomx|nicehash|--coin[= ]|minexmr|supportxmr|nanopool|moneroocean|hashvault|--algo[= ]"),
        CLUSTER_TOOL(
                List.of("kubectl", "crictl", "ctr", "docker", "helm", "etcdctl", "oc"),
                "\\b(kubectl|crictl|ctr|nerdctl|docker|helm|etcdctl|oc)\\s"),
        INSTALL(
                List.of("install", "add"),
                "\\b(apt|apt-get|yum|dnf|microdnf|apk|pip3?|npm|gem)\\s+(-\\S+\\s+)*(install|add)\\b"),
        TRACKS(
                List.of("hist", "shred", "/var/log", "touch", "journalctl"),
                "\\bhistory\\s+-c|histfile|histsize=0|\\bshred\\b|/var/log/\\S*|\\btouch\\s+-[a-z]*[tr]\\b|journalctl\\s+--vacuum"),
        DESTROY(
                List.of("rm", "mkfs", "dd", "drop", "flushall", ":()", ":("),
                "\\brm\\s+(-[a-z]*r[a-z]*f|-[a-z]*f[a-z]*r|-r\\s+-f|-f\\s+-r|--recursive)\\b.*\\s/|\\bmkfs|\\bdd\\s.*of=/dev/|\\bdrop\\s+(database|table|schema)\\b|flushall|dropdatabase|:\\(\\)\\s*\\{"),
        PERSIST(
                List.of("authorized", "cron", "systemctl", "/etc/", "user", "bashrc"),
                "authorized_keys|crontab\\b|/etc/cron|systemctl\\s+enable|/etc/systemd|\\buseradd\\b|\\badduser\\b|/etc/ld\\.so\\.preload|\\.bashrc|/etc/kubernetes/manifests"),
        DATABASE(
                List.of("sql", "dump", "redis", "mongo", "psql", "pg_"),
                "\\b(mysqldump|pg_dump|pg_dumpall|mongodump|redis-cli|mongoexport|sqlite3|mysql|psql|mongosh?)\\b");

        /** Letters of which at least some must occur: most command lines have none of them. */
        final List<String> hints;

        final Pattern pattern;

        Shape(List<String> hints, String regex) {
            this.hints = hints;
            pattern = Pattern.compile(regex, Pattern.DOTALL);
        }

        boolean in(String line) {
            for (var hint : hints) {
                if (line.contains(hint)) {
                    return pattern.matcher(line).find();
                }
            }
            return hints.isEmpty() && pattern.matcher(line).find();
        }

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final String text;
    private final Set<String> classes = new TreeSet<>();

    private Commands(List<String> words) {
        var joined = String.join(" ", words);
        text = joined.length() > TEXT_MAX ? joined.substring(0, TEXT_MAX) : joined;
        if (text.isEmpty()) {
            return;
        }
        var found = EnumSet.noneOf(Shape.class);
        judge(text, found);
        int looked = 0;
        for (var blob = BASE64.matcher(text); blob.find() && looked < 100; looked++) {
            var inner = decoded(blob.group());
            if (!inner.isEmpty()) {
                found.add(Shape.ENCODED);
                judge(inner, found);
            }
        }
        found.forEach(shape -> classes.add(shape.word()));
    }

    static Commands of(List<String> words) {
        return new Commands(words);
    }

    private void judge(String words, Set<Shape> found) {
        var line = words.contains("etcdctl") ? ETCD_KEYS.matcher(words).replaceAll("") : words;
        var plain =
                line.replace("\\", "")
                        .replace("'", "")
                        .replace("\"", "")
                        .replace("${IFS}", " ")
                        .replace("$IFS", " ")
                        .toLowerCase(Locale.ROOT);
        var lower = line.toLowerCase(Locale.ROOT);
        boolean same = plain.equals(lower);
        for (var shape : Shape.values()) {
            if (shape.in(plain) || !same && shape.in(lower)) {
                found.add(shape);
            }
        }
        if (plain.contains("sh") && SHELL.matcher(plain).find()) {
            classes.add("shell");
        }
    }

    /** The text inside, when it is text; else empty. */
    private static String decoded(String letters) {
        try {
            var even = letters.substring(0, letters.length() - letters.length() % 4);
            var bytes = Base64.getDecoder().decode(even);
            for (byte b : bytes) {
                if (b != '\n' && b != '\t' && b != '\r' && (b < 0x20 || b > 0x7e)) {
                    return "";
                }
            }
            return new String(bytes, StandardCharsets.US_ASCII);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    String text() {
        return text;
    }

    Set<String> classes() {
        return classes;
    }

    List<JsonNode> values(String field, String prefix) {
        return field.equals(prefix)
                ? Facts.text(text)
                : field.equals(prefix + ".class") ? Facts.texts(classes) : List.of();
    }
}
