package dev.spoor.event;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which names announce a secret: keys of objects, names of variables, flags of commands. */
final class SecretWords {
    /** A name that holds one of these anywhere announces a secret, unless it only points to one. */
    private static final List<String> ANYWHERE =
            List.of("password", "passwd", "passphrase", "dockerconfigjson", "dockercfg");

    private static final List<String> AT_THE_END =
            List.of(
                    "secret",
                    "token",
                    "credential",
                    "credentials",
                    "authorization",
                    "cookie",
                    "apikey",
                    "accesskey",
                    "secretkey",
                    "privatekey",
                    "accountkey",
                    "encryptionkey",
                    "signingkey",
                    "sharedkey",
                    "masterkey",
                    "hostkey",
                    "clientkeydata",
                    "keymaterial",
                    "connectionstring",
                    "xamzsignature",
                    "xgoogsignature");

    /** Too short to be looked for inside other words. */
    private static final Set<String> LAST_WORD =
            Set.of("pass", "pwd", "pw", "auth", "sig", "jwt", "psk", "cred", "creds", "otp", "pat");

    private static final List<String> POINTERS =
            List.of("file", "path", "name", "ref", "policy", "id", "length", "seconds", "enabled");

    /** Names that stand in nearly every event; known to be harmless without a look. */
    private static final Set<String> USUAL =
            Set.of(
                    ("kind apiVersion level auditID stage requestURI verb user username groups extra"
                                    + " sourceIPs userAgent objectRef resource resources namespace"
                                    + " name apiGroup apiGroups subresource resourceVersion uid"
                                    + " responseStatus metadata code status message reason details"
                                    + " requestObject responseObject requestReceivedTimestamp"
                                    + " stageTimestamp annotations labels spec items template"
                                    + " containers image imagePullPolicy ports containerPort"
                                    + " protocol volumes volumeMounts mountPath readOnly env value"
                                    + " valueFrom key type data op path time log stream host port"
                                    + " selector matchLabels app component creationTimestamp"
                                    + " generation ownerReferences controller managedFields"
                                    + " conditions lastTransitionTime phase hostIP podIP podIPs ip"
                                    + " startTime containerStatuses ready restartCount started"
                                    + " state running terminated exitCode finishedAt containerID"
                                    + " imageID qosClass nodeName serviceAccount serviceAccountName"
                                    + " restartPolicy dnsPolicy securityContext schedulerName"
                                    + " tolerations operator effect priority verbs rules roleRef"
                                    + " subjects https http")
                            .split(" "));

    private SecretWords() {}

    /** Whether a value under this name is a secret; the spelling of the name does not matter. */
    static boolean announcedBy(CharSequence name) {
        if (USUAL.contains(name.toString()) || !twoLetters(name)) {
            return false;
        }
        var letters = letters(name);
        if (letters.contains("latency")) {
            return false; // apiserver.latency.k8s.io/authorization: how long it took
        }
        for (var word : ANYWHERE) {
            if (letters.contains(word)) {
                return POINTERS.stream().noneMatch(letters::endsWith);
            }
        }
        for (var word : AT_THE_END) {
            if (letters.endsWith(word)) {
                return true;
            }
        }
        return LAST_WORD.contains(lastWord(name));
    }

    /** The shortest word that announces a secret has two letters; a time of day has none. */
    private static boolean twoLetters(CharSequence name) {
        int letters = 0;
        for (int i = 0; i < name.length() && letters < 2; i++) {
            letters += Character.isLetter(name.charAt(i)) ? 1 : 0;
        }
        return letters >= 2;
    }

    /** Lower-case letters and digits, trailing digits off; compatibility forms folded. */
    private static String letters(CharSequence name) {
        var plain = new StringBuilder(name.length());
        boolean ascii = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            ascii &= c < 0x80;
            if (Character.isLetterOrDigit(c)) {
                plain.append(c);
            }
        }
        var text =
                ascii
                        ? plain.toString()
                        : Normalizer.normalize(plain.toString(), Normalizer.Form.NFKC);
        text = text.toLowerCase(Locale.ROOT);
        int end = text.length();
        while (end > 0 && Character.isDigit(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }

    private static String lastWord(CharSequence name) {
        int end = name.length();
        while (end > 0 && !Character.isLetter(name.charAt(end - 1))) {
            end--;
        }
        int from = end;
        while (from > 0 && Character.isLetter(name.charAt(from - 1))) {
            from--;
            if (end - from > 5) {
                return "";
            }
            boolean capital = Character.isUpperCase(name.charAt(from));
            boolean afterSmall = from > 0 && Character.isLowerCase(name.charAt(from - 1));
            if (capital && afterSmall) {
                break;
            }
        }
        return name.subSequence(from, end).toString().toLowerCase(Locale.ROOT);
    }
}
