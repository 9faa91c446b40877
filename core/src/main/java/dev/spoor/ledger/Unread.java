package dev.spoor.ledger;

import dev.spoor.fault.Tampered;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a reader met that is not as it was written. A search goes on with what else there is, and
 * this tells where something may be missing. Not thread-safe.
 */
final class Unread {
    /** So many places are told one by one. */
    private static final int PLACES_MAX = 1000;

    private final Set<String> places = new LinkedHashSet<>();

    /**
     * Gives what decoding gives, or null when that is damaged. Also content that was made to crash
     * its reader, with check values that fit, is only damaged.
     *
     * @param decoding calls nothing but the ledger's own code
     */
    <T> @Nullable T unlessDamaged(Supplier<String> place, Supplier<T> decoding) {
        try {
            return decoding.get();
        } catch (Tampered e) {
            add(String.valueOf(e.getMessage()));
        } catch (IndexOutOfBoundsException
                | NegativeArraySizeException
                | ArithmeticException
                | IllegalArgumentException
                | NullPointerException e) {
            add(place.get() + ": does not decode: " + e);
        }
        return null;
    }

    void add(String place) {
        if (places.size() < PLACES_MAX) {
            places.add(place);
        } else if (places.size() == PLACES_MAX) {
            places.add("and more than " + PLACES_MAX + " other places");
        }
    }

    List<String> places() {
        return List.copyOf(places);
    }
}
