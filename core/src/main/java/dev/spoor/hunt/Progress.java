package dev.spoor.hunt;

/** Hears now and then how far a question is while it is asked; often, so it must be quick. */
@FunctionalInterface
public interface Progress {
    Progress NONE = asked -> {};

    void at(Asked asked);

    /** A question on its way: valid during the call. */
    interface Asked {
        /** The part of the events that has been dealt with, 0 to 1; negative = not known. */
        double share();

        /** Events that passed the filter so far. */
        long matched();

        /**
         * Gives the rows that would be the answer if no more events came; none where the answer is
         * given as it comes, or where to tell it would take long.
         *
         * @param rows at most so many
         */
        void soFar(int rows, Answer answer);
    }
}
