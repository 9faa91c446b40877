package dev.spoor.detect.baseline;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An identity as a request names it: with these groups, this kind of credential, in this pod. */
final class Caller {
    /** Stands where nobody calls. */
    static final Caller NOBODY = new Caller("", List.of(), "", "", 0, 0);

    final String user;
    final Habits.Class kind;
    final List<String> groups;

    /** The pod that the token is bound to, or empty. */
    final String pod;

    /** As {@link Values#credential}. */
    final String credential;

    /** Not the same for any two callers. */
    final long number;

    /** The same for the same caller, whatever came before. */
    final long hash;

    /** What the identity does; null before the first of its requests is learned. */
    @Nullable Habits habits;

    /** How it came last: mostly it comes so again. */
    @Nullable Approach last;

    /** As {@link Columns#codes} told that. */
    long lastCodes = Columns.NO_CODES;

    Caller(
            String user,
            List<String> groups,
            String pod,
            String credential,
            long number,
            long hash) {
        this.user = user;
        this.kind = Habits.Class.of(user);
        this.groups = groups;
        this.pod = pod;
        this.credential = credential;
        this.number = number;
        this.hash = hash;
    }
}
