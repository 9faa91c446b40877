package dev.spoor.detect.facts;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The subject of a PKCS #10 request (RFC 2986), as far as it can be read: the user name and groups
 * that the certificate would give (Kubernetes: CN is the user, each O a group).
 */
record CertificateRequest(String commonName, List<String> organisations) {
    /** A longer request is not read; the API server takes none above 1.5 MiB anyway. */
    private static final int TEXT_MAX = 256 << 10;

    private static final CertificateRequest NONE = new CertificateRequest("", List.of());

    /** Encoded OID 2.5.4.x: 55 04 then the last arc (X.520). */
    private static final int COMMON_NAME = 3;

    private static final int ORGANISATION = 10;

    CertificateRequest {
        organisations = List.copyOf(organisations);
    }

    boolean privileged() {
        return commonName.startsWith("system:kube-")
                || commonName.equals("system:admin")
                || commonName.startsWith("system:node:")
                || commonName.startsWith("system:serviceaccount:")
                || commonName.equals("kubernetes-admin")
                || commonName.equals("system:apiserver")
                || organisations.contains("system:masters")
                || organisations.contains("system:nodes")
                || organisations.contains("kubeadm:cluster-admins");
    }

    /** Reads {@code spec.request}: base64 of PEM. Nothing readable gives nothing. */
    static CertificateRequest read(String request) {
        if (request.isEmpty() || request.length() > TEXT_MAX) {
            return NONE;
        }
        try {
            var pem =
                    new String(Base64.getMimeDecoder().decode(request), StandardCharsets.US_ASCII);
            var body = pem.replaceAll("-----[A-Z ]+-----", "");
            return scan(Base64.getMimeDecoder().decode(body));
        } catch (IllegalArgumentException e) {
            return NONE;
        }
    }

    /** Each attribute is: OID 06 03 55 04 xx, then a string tag, a length, the text (X.690). */
    private static CertificateRequest scan(byte[] der) {
        var name = "";
        var organisations = new ArrayList<String>();
        for (int i = 0; i + 7 <= der.length; i++) {
            if (der[i] != 0x06 || der[i + 1] != 3 || der[i + 2] != 0x55 || der[i + 3] != 4) {
                continue;
            }
            int length = der[i + 6] & 0xff;
            if (length > 0x7f || i + 7 + length > der.length) {
                continue;
            }
            var text = new String(der, i + 7, length, StandardCharsets.UTF_8);
            switch (der[i + 4]) {
                case COMMON_NAME -> name = text;
                case ORGANISATION -> organisations.add(text);
                default -> {}
            }
        }
        return new CertificateRequest(name, organisations);
    }
}
