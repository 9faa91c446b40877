package dev.spoor.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class MaskTest {
    /** Stands in every secret of these tests, so that none may show any part of it. */
    private static final String S = "hunter2Zx";

    private static JsonNode json(String text) {
        return Json.mapper().readTree(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // bodies
                "{'kind':'Secret','data':{'a':'hunter2Zx','b':'x hunter2Zx'}}",
                "{'kind':'SecretList','items':[{'metadata':{'name':'n'},'data':{'a':'hunter2Zx'}}]}",
                "{'kind':'List','items':[{'kind':'Secret','stringData':{'a':'hunter2Zx'}}]}",
                "{'KIND':'SECRET','DATA':{'a':'hunter2Zx'}}",
                "{'anything':{'stringData':{'a':'hunter2Zx'}}}",
                "{'type':'ADDED','object':{'kind':'Secret','data':{'a':'hunter2Zx'}}}",
                "{'objectRef':{'resource':'secrets'},'requestObject':{'data':{'a':'hunter2Zx'}}}",
                "{'objectRef':{'resource':'secrets'},'requestObject':[{'op':'replace','path':'/data/a','value':'hunter2Zx'}]}",
                "{'objectRef':{'resource':'secrets'},'requestObject':[{'op':'add','path':'/data','value':{'a':'hunter2Zx'}}]}",
                "{'objectRef':{'resource':'secrets'},'responseObject':'{\\'data\\':{\\'a\\':\\'hunter2Zx\\'}}'}",
                "{'resourceName':'core/v1/namespaces/x/secrets/y','request':{'@type':'core.k8s.io/v1.Secret','data':{'a':'hunter2Zx'}}}",
                "{'kind':'TokenRequest','status':{'token':'hunter2Zx'}}",
                "{'spec':{'token':'hunter2Zx'}}",
                "{'data':{'.dockerconfigjson':'hunter2Zx'}}",
                "{'auths':{'registry.example':{'auth':'hunter2Zx'}}}",
                // variables
                "{'env':[{'name':'FLEET_ENROLL','value':'hunter2Zx'}]}",
                "{'op':'add','path':'/spec/containers/0/env/-','value':{'name':'X','value':'hunter2Zx'},'x':1}",
                "{'op':'replace','path':'/spec/containers/0/env/0/value','value':'hunter2Zx'}",
                "{'value':'hunter2Zx','name':'DB_PASSWORD'}",
                // names in other spellings
                "{'dbPassword':'hunter2Zx'}",
                "{'MYSQL_ROOT_PASSWORD':'hunter2Zx'}",
                "{'pass\u200bword':'hunter2Zx'}",
                "{'ｐａｓｓｗｏｒｄ':'hunter2Zx'}",
                "{'client-key-data':'hunter2Zx'}",
                "{'API_KEY_2':'hunter2Zx'}",
                "{'tokens':'x','token':['hunter2Zx']}",
                "{'pass\\u0077ord':'hunter2Zx'}",
                // commands
                "{'command':['mysql','-uroot','-phunter2Zx']}",
                "{'args':['--db-password','hunter2Zx']}",
                "{'args':['--db-password=hunter2Zx']}",
                "{'args':['sh','-c','PGPASSWORD=hunter2Zx psql']}",
                "{'command':['sshpass','-p','hunter2Zx','ssh','x']}",
                "{'command':['curl','-u','bob:hunter2Zx','x']}",
                // inside strings
                "{'a':'{\\'kind\\':\\'Secret\\',\\'data\\':{\\'a\\':\\'hunter2Zx\\'}}'}",
                "{'a':'{\\'b\\':\\'{\\\\\\'stringData\\\\\\':{\\\\\\'c\\\\\\':\\\\\\'hunter2Zx\\\\\\'}}\\'}'}",
                "{'a':'text before {\\'password\\':\\'hunter2Zx\\'} and after'}",
                "{'a':'password: hunter2Zx\\nuser: bob'}",
            })
    void noSecretStaysInATree(String text) {
        var masked = Mask.tree(json(text.replace('\'', '"'))).toString();
        assertThat(masked).doesNotContain("hunter", "2Zx").contains("«masked ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql -uroot --password=hunter2Zx shop",
                "mysql -uroot -phunter2Zx shop",
                "login password: hunter2Zx ok",
                "password = 'hunter2Zx and hunter2Zx'",
                "password='a'\\''hunter2Zx'",
                "{\"password\":\"hunter2Zx",
                "{\"password\" : \"a\\\"hunter2Zx\"} rest",
                "msg={\\\"password\\\":\\\"a\\\\\\\"hunter2Zx\\\"} rest",
                "x {\\\\\\\"password\\\\\\\":\\\\\\\"hunter2Zx\\\\\\\"} rest",
                "x \\u0022password\\u0022:\\u0022hunter2Zx\\u0022 rest",
                "x \"pass\\u0077ord\":\"hunter2Zx\" rest",
                "x \"PASSWORD\":\"hunter2Zx\" rest",
                "x \"pass\u200bword\":\"hunter2Zx\" rest",
                "GET /exec?command=mysql&command=-phunter2Zx&container=web",
                "GET /exec?command=sh&command=-c&command=mysql+--password%3Dhunter2Zx+shop",
                "GET /exec?command=tool&command=--token&command=hunter2Zx",
                "GET /x?access_token=hunter2Zx&y=1",
                "GET /x?password=a+hunter2Zx&y=1",
                "Authorization: Bearer hunter2Zx.A-b_c",
                "curl -H \"Authorization: Basic aHVudGVyMlp4hunter2Zx==\" x",
                "curl -u bob:hunter2Zx https://x",
                "cookie: a=b; session=hunter2Zx",
                "postgres://bob:hunter2Zx@db/shop",
                "https://bob:p@hunter2Zx@db:5432/x?y",
                "https%3A%2F%2Fbob%3Ahunter2Zx%40db%2F",
                "x eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJodW50hunter2Zx.c2lnbmF0dXJlhunter2Zx y",
                "-----BEGIN RSA PRIVATE KEY-----\nhunter2Zx\n-----END RSA PRIVATE KEY----- after",
                "\"-----BEGIN PRIVATE KEY-----\\nhunter2Zx\\nhunter2Zx",
                "LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVkhunter2Zx",
                "kubectl create secret generic x --from-literal=foo=hunter2Zx",
                "kubeadm join --token abc123.hunter2Zxhunter0",
                "kind: Secret\nmetadata:\n  name: x\ndata:\n  a: hunter2Zx\n  b: |\n    hunter2Zx\n",
                "cut {\"kind\":\"Secret\",\"data\":{\"a\":\"hunter2Zx\",\"b\":\"hunter2Zx",
                "x {\"name\":\"DB_PASSWORD\",\"value\":\"hunter2Zx\"}",
                "x {\"value\":\"hunter2Zx\",\"name\":\"DB_PASSWORD\"}",
                "cut {\"env\":[{\"name\":\"A\",\"value\":\"hunter2Zx\"},{\"name\":\"B\",\"value\":\"hunter2Zx\"}],\"x\":",
                "x \"args\":[\"--password\",\"hunter2Zx\"]",
                "x \"tokens\":1,\"token\":[\"hunter2Zx\",\"hunter2Zx\"]",
                "AccountName=x;AccountKey=hunter2Zx;Y=z",
            })
    void noSecretStaysInText(String text) {
        assertThat(Mask.text(text)).doesNotContain("hunter", "2Zx").contains("«masked ");
    }

    @Test
    void keysThatShowThemselvesAreMaskedWhereverTheyStand() {
        assertThat(Mask.text("id AKIAIOSFODNN7EXAMPLE.")).isEqualTo("id «masked 20 bytes».");
        assertThat(Mask.text("ghp_0123456789abcdefghij0123456789abcdef!"))
                .isEqualTo("«masked 40 bytes»!");
        assertThat(Mask.text("join abcdef.0123456789ghijkl"))
                .isEqualTo("join abcdef.«masked 16 bytes»");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "alice opened a shell in shop/web-7c9f7d5b8d-x2x7q",
                "system:serviceaccount:kube-system:token-cleaner read secret shop/db",
                "GET /api/v1/namespaces/shop/secrets?fieldSelector=metadata.name%3Ddb&limit=500",
                "web-7c9f7d5b8d-x2x7q.17a2b3c4d5e6f708",
                "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
                "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUI=",
                "--authorization-mode=Node,RBAC --anonymous-auth=false",
                "https://registry.example.net/tools/x:1.2@sha256:abcdef",
                "password=$(DB_PASSWORD)",
                "basic authentication is off",
                "secretName: db, tokenExpirationSeconds: 3600",
            })
    void harmlessTextStaysAsItIs(String text) {
        assertThat(Mask.text(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'kind':'ConfigMap','data':{'colour':'blue'}}",
                "{'annotations':{'apiserver.latency.k8s.io/authorization':'561.927µs'}}",
                "{'user':{'extra':{'authentication.kubernetes.io/credential-id':['X509SHA256=ab12']}},'annotations':{'authorization.k8s.io/reason':'RBAC: allowed'}}",
                "{'volumes':[{'secret':{'secretName':'db'}},{'projected':{'sources':[{'serviceAccountToken':{'path':'token','expirationSeconds':3607}}]}}]}",
                "{'automountServiceAccountToken':false,'imagePullSecrets':[{'name':'regcred'}]}",
                "{'env':[{'name':'X','valueFrom':{'secretKeyRef':{'name':'db','key':'password'}}}]}",
                "{'rules':[{'resources':['secrets','serviceaccounts/token'],'verbs':['get']}]}",
            })
    void harmlessTreesStayAsTheyAre(String text) {
        var tree = json(text.replace('\'', '"'));
        assertThat(Mask.tree(tree)).isEqualTo(tree);
    }

    @Test
    void theMaskTellsTheLengthAndNothingElse() {
        assertThat(Mask.tree(json("{\"token\":\"ä\"}")).toString())
                .isEqualTo("{\"token\":\"«masked 2 bytes»\"}");
        assertThat(Mask.text("password=" + S)).isEqualTo("password=«masked 9 bytes»");
    }

    @Test
    void maskingTwiceChangesNothingMore() {
        for (var text :
                new String[] {
                    "a --password="
                            + S
                            + " b \"token\":\""
                            + S
                            + "\" https://u:"
                            + S
                            + "@h Bearer "
                            + S
                            + ".x1",
                    "{\"kind\":\"Secret\",\"data\":{\"a\":\"" + S + "\"}}"
                }) {
            var once = Mask.text(text);
            assertThat(Mask.text(once)).isEqualTo(once);
        }
    }

    @Test
    void theGivenTreeIsLeftAsItIs() {
        var tree = json("{\"kind\":\"Secret\",\"data\":{\"a\":\"" + S + "\"}}");
        Mask.tree(tree);
        assertThat(tree.toString()).contains(S);
    }

    /** A secret wrapped again and again in JSON strings, with text around it. */
    @Test
    void anyDepthOfEscapingIsSeenThrough() {
        var text =
                "{\"kind\":\"Secret\",\"data\":{\"a\":\""
                        + S
                        + "\"},\"password\":\"x\\\""
                        + S
                        + "\"}";
        for (int depth = 0; depth < 10; depth++) {
            assertThat(Mask.text(text)).as("alone, depth %d", depth).doesNotContain("hunter");
            assertThat(Mask.text("say " + text + " end"))
                    .as("in text, depth %d", depth)
                    .doesNotContain("hunter");
            assertThat(Mask.text(text.substring(0, text.length() - 1)))
                    .as("cut, depth %d", depth)
                    .doesNotContain("hunter");
            text = "{\"a\":" + Json.mapper().writeValueAsString(text) + "}";
        }
    }

    /** Random mixtures of what the scanner looks for; the text outside of masks must stay. */
    @Test
    void nonsenseNeverFailsAndLinesKeepTheirLength() {
        long seed = Long.getLong("seed", 7);
        var random = new Random(seed);
        var parts =
                new String[] {
                    "password",
                    "=",
                    ":",
                    "\"",
                    "\\\"",
                    "\\\\\"",
                    "'",
                    " ",
                    "{",
                    "}",
                    "[",
                    "]",
                    ",",
                    "\\u0022",
                    "%22",
                    "%",
                    "&command=",
                    "?",
                    "+",
                    "--",
                    "-p",
                    "mysql",
                    "Bearer ",
                    "eyJ",
                    "a.b",
                    "://",
                    "@",
                    "name",
                    "value",
                    "data",
                    "Secret",
                    "kind",
                    "\n",
                    "-----BEGIN",
                    "PRIVATE KEY",
                    "-----",
                    "\ud800",
                    "é",
                    "stringData",
                    "\\",
                    "«masked "
                };
        for (int round = 0; round < 20_000; round++) {
            var made = new StringBuilder();
            for (int i = random.nextInt(20); i >= 0; i--) {
                made.append(parts[random.nextInt(parts.length)]);
            }
            assertThat(Mask.text(made.toString()))
                    .as("seed %d round %d: %s", seed, round, made)
                    .isNotNull();
        }
    }

    @Test
    void longTextTakesLinearTime() {
        for (var piece :
                new String[] {
                    "name=",
                    "value=",
                    "eyJ",
                    "password=",
                    "://a:",
                    "-----BEGIN PRIVATE KEY",
                    "\\\"a",
                    "'a",
                    "mysql -p",
                    "{\"a\":",
                    "basic:",
                    "LS0tLS1CRUdJTi",
                    "\"",
                    "value=name=password,"
                }) {
            var text = "x" + piece.repeat(1_000_000 / piece.length());
            assertThat(Mask.text(text).getBytes(StandardCharsets.UTF_8).length)
                    .as(piece)
                    .isPositive();
        }
    }
}
