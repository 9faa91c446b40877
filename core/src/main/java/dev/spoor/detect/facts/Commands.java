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

    /** Shorter runs of base64 letters are ordinary words. */
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]{16,}={0,2}");

    private static final Pattern SHELL =
            Pattern.compile(
                    "(^|[\\s/;|&(])(sh|bash|ash|dash|zsh|ksh|csh|tcsh|fish|pwsh|powershell|rbash)(\\.exe)?($|[\\s;|&)])");

    private enum Shape {
        DOWNLOADER(
                "\\b(curl|wget|aria2c|lwp-download|ftpget|tftp|urlretrieve|urlopen|invoke-webrequest|iwr)\\b"),
        ENCODED(
                "base64\\s+(-d|--decode|-di|-D)\\b|b64decode|frombase64string|openssl\\s+(enc|base64)\\s.*-d\\b|xxd\\s+-r|\\\\x[0-9a-f]{2}\\\\x[0-9a-f]{2}|\\beval\\b|gunzip\\s*\\|\\s*(ba)?sh"),
        REVERSE_SHELL(
                "/dev/(tcp|udp)/|\\b(nc|ncat|netcat|nc\\.traditional)\\b.*\\s-[a-z]*[ec]\\b|\\bsocat\\b.*\\b(exec|system)\\b|mkfifo\\b.*\\b(nc|ncat|netcat|telnet)\\b|\\b(ba)?sh\\s+-i\\s*[>&]|pty\\.spawn|socket\\.socket\\b.*\\bconnect\\b|fsockopen|tcpsocket|use\\s+socket|bash\\s+-i\\s+>&"),
        CREDENTIALS(
                "/run/secrets/(kubernetes\\.io|eks\\.amazonaws\\.com|azure)|serviceaccount/token|/etc/shadow|/etc/gshadow|\\.kube/config|/etc/kubernetes/(admin|super-admin|kubelet|pki|scheduler|controller-manager)|\\.aws/credentials|\\.ssh/(id_|authorized)|\\.docker/config\\.json|\\.git-credentials|\\.pgpass|\\.netrc|/var/lib/kubelet/(pki|kubeconfig)|azure\\.json|/proc/[0-9a-z*]+/environ|gcloud/(credentials|application_default)"),
        METADATA(
                "169\\.254\\.169\\.254|169\\.254\\.170\\.2|metadata\\.google|fd00:ec2::254|100\\.100\\.100\\.200|2852039166|0xa9fea9fe|0251\\.0376|0xa9\\.0xfe|::ffff:a9fe:a9fe|169\\.16689662|metadata\\.azure"),
        COPY_OUT(
                "\\btar\\s+(-?[a-z]*c[a-z]*f?|.*--create)\\b.*(\\s-(\\s|$)|\\s-$)|\\btar\\s+-?c[a-z]*f\\s+-|\\btar\\s+-?[a-z]*c[a-z]*\\s"),
        COPY_IN("\\btar\\s+-?[a-z]*x[a-z]*f?\\s+-"),
        RECON(
                "^(\\S*/)?(id|whoami|hostname|uname|ps|netstat|ss|ip|ifconfig|mount|df|lsmod|env|printenv|capsh|w|who|last|arp|route|lsns|findmnt)\\b|/etc/(passwd|hosts|resolv\\.conf|os-release)|/proc/(self|1|mounts|version|net)|\\b(nmap|masscan|amicontained|linpeas|deepce|kubeletctl|kube-hunter|peirates|kdigger|botb|cdk)\\b|(;|&&|\\|)\\s*(id|whoami|uname|env|printenv|ifconfig|netstat)\\b|-c\\s+(id|whoami|uname|hostname|env|printenv|ps|mount)\\b"),
        ESCAPE(
                "\\bnsenter\\b|\\bchroot\\b|\\bunshare\\b|release_agent|core_pattern|notify_on_release|uevent_helper|\\bdebugfs\\b|\\bmount\\s+/dev/|\\binsmod\\b|\\bmodprobe\\b|\\bsetns\\b|/proc/1/root"),
        MINER(
                "\\b(xmrig|minerd|cpuminer|xmr-stak|ethminer|nbminer|t-rex|lolminer|phoenixminer|cgminer|nanominer|ccminer|srbminer)\\b|stratum\\+?(tcp|ssl)?:|--donate-level|cryptonight|randomx|nicehash|--coin[= ]|minexmr|supportxmr|nanopool|moneroocean|hashvault|--algo[= ]"),
        CLUSTER_TOOL("\\b(kubectl|crictl|ctr|nerdctl|docker|helm|etcdctl|oc)\\s"),
        INSTALL(
                "\\b(apt|apt-get|yum|dnf|microdnf|apk|pip3?|npm|gem)\\s+(-\\S+\\s+)*(install|add)\\b"),
        TRACKS(
                "\\bhistory\\s+-c|histfile|histsize=0|\\bshred\\b|/var/log/\\S*|\\btouch\\s+-[a-z]*[tr]\\b|journalctl\\s+--vacuum"),
        DESTROY(
                "\\brm\\s+(-[a-z]*r[a-z]*f|-[a-z]*f[a-z]*r|-r\\s+-f|-f\\s+-r|--recursive)\\b.*\\s/|\\bmkfs|\\bdd\\s.*of=/dev/|\\bdrop\\s+(database|table|schema)\\b|flushall|dropdatabase|:\\(\\)\\s*\\{"),
        PERSIST(
                "authorized_keys|crontab\\b|/etc/cron|systemctl\\s+enable|/etc/systemd|\\buseradd\\b|\\badduser\\b|/etc/ld\\.so\\.preload|\\.bashrc|/etc/kubernetes/manifests"),
        DATABASE(
                "\\b(mysqldump|pg_dump|pg_dumpall|mongodump|redis-cli|mongoexport|sqlite3|mysql|psql|mongosh?)\\b");

        final Pattern pattern;

        Shape(String regex) {
            pattern = Pattern.compile(regex, Pattern.DOTALL);
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

    private void judge(String line, Set<Shape> found) {
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
            if (shape.pattern.matcher(plain).find()
                    || !same && shape.pattern.matcher(lower).find()) {
                found.add(shape);
            }
        }
        if (SHELL.matcher(plain).find()) {
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
