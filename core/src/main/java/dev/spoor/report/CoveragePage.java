package dev.spoor.report;

import dev.spoor.detect.coverage.Coverage;
import dev.spoor.detect.coverage.Proofs.Proof;
import java.io.Writer;

/** Both matrices as heat maps on one page that needs no network and no script. */
public final class CoveragePage {
    private static final String STYLE =
            """
            body{font:14px/1.4 system-ui,sans-serif;margin:2rem;color:#1c2733;background:#fff}
            .m{display:flex;flex-wrap:wrap;gap:.75rem;align-items:flex-start}
            .t{flex:1 1 11rem;min-width:11rem}
            .t h3{font-size:.85rem;margin:.2rem 0}
            .c{border-radius:.25rem;padding:.25rem .4rem;margin:.2rem 0;border:1px solid #0002}
            .c small{display:block;opacity:.8}
            .captured{background:#1f7a4d;color:#fff}.made{background:#9fd3b5;color:#0d2b1b}
            .none{background:#f3d9a4;color:#3b2a00}.open{background:#eceff2;color:#333}
            .blind{outline:3px solid #b3261e}.partly{outline:3px dashed #b3261e}
            pre{background:#f4f6f8;padding:1rem;overflow:auto}
            @media(prefers-color-scheme:dark){body{background:#12171c;color:#e6ebf0}pre{background:#1d252c}.open{background:#2a333b;color:#cdd6de}}
            """;

    private CoveragePage() {}

    /** Writes the page; does not close the writer. */
    public static void write(Coverage coverage, String policy, Writer out) {
        var html = new Html(out);
        html.doctype().open("html", "lang", "en").open("head");
        html.open("meta", "charset", "utf-8");
        html.open("meta", "name", "viewport", "content", "width=device-width");
        html.element("title", "What the rules cover").style(STYLE).end();
        html.open("body").element("h1", "What the rules cover");
        html.element(
                "p",
                "Dark: proven by a case captured on a real cluster. Light: by a case made from a format's documentation. Yellow: detected, not proven. Grey: open. A red border: the rules were blind on the logs given, dashed: partly.");
        for (var matrix : coverage.matrices()) {
            matrix(html, matrix);
        }
        rules(html, coverage);
        if (!policy.isEmpty()) {
            html.element("h2", "Lines for the audit policy that would let blind rules see");
            html.open("pre").lines(policy).end();
        }
        html.end().end();
        html.finish();
    }

    private static void matrix(Html html, Coverage.Matrix matrix) {
        html.element("h2", matrix.framework().name() + " " + matrix.framework().version());
        html.element(
                "p",
                "%d of %d detected, %d proven by a captured case, %d by a made one"
                        .formatted(
                                matrix.detected(),
                                matrix.rows().size(),
                                matrix.proven(Proof.CAPTURED),
                                matrix.proven(Proof.MADE)));
        html.open("div", "class", "m");
        matrix.byTactic()
                .forEach((tactic, rows) -> {
                    html.open("div", "class", "t").element("h3", tactic);
                    rows.forEach(row -> cell(html, row));
                    html.end();
                });
        html.end();
    }

    private static void cell(Html html, Coverage.Row row) {
        var state = row.detected() ? row.proof().word() : "open";
        var sight =
                switch (row.sight()) {
                    case READY, UNKNOWN -> "";
                    case PARTLY -> " partly";
                    case BLIND -> " blind";
                };
        html.open("div", "class", "c " + state + sight);
        html.element("b", row.technique().id()).text(" " + row.technique().name());
        html.element("small", row.detected() ? String.join(" ", row.rules()) : row.open());
        html.end();
    }

    private static void rules(Html html, Coverage coverage) {
        if (coverage.rules().isEmpty()) {
            return;
        }
        html.element("h2", "What the rules could see in these logs").open("ul");
        for (var rule : coverage.rules()) {
            html.open("li").element("b", rule.rule()).text(" " + rule.sight().word());
            if (!rule.because().isEmpty()) {
                html.text(", because ").said(rule.because());
            }
            html.end();
        }
        html.end();
    }
}
