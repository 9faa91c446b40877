package dev.spoor.detect.baseline;

/** A caller that comes with one program from one network. */
final class Approach {
    /** Stands where nobody comes. */
    static final Approach NONE =
            new Approach(Caller.NOBODY, Names.NONE, Names.NONE, Fact.NONE, Fact.NONE, 0);

    final Caller caller;
    final Name agent;
    final Name network;

    /** That the caller has the program, and that it has the network. */
    final Fact client;

    final Fact origin;

    /** Not the same for any two. */
    final long number;

    /** The last hour in which both were noted. */
    long hour = Long.MIN_VALUE;

    Approach(Caller caller, Name agent, Name network, Fact client, Fact origin, long number) {
        this.caller = caller;
        this.agent = agent;
        this.network = network;
        this.client = client;
        this.origin = origin;
        this.number = number;
    }
}
