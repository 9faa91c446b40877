package dev.spoor.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PredicatesTest {
    private static final Predicate A = equal("a", "1");
    private static final Predicate B = equal("b", "2");

    @Test
    void notIsPushedDownToTheFields() {
        var predicate = new Predicate.Not(new Predicate.All(List.of(A, new Predicate.Not(B))));
        assertThat(Predicates.simplify(predicate))
                .isEqualTo(new Predicate.Any(List.of(new Predicate.Not(A), B)));
    }

    @Test
    void nestedPartsAreFlattenedAndRepeatedOnesDropped() {
        var predicate = new Predicate.All(List.of(A, new Predicate.All(List.of(B, A))));
        assertThat(Predicates.simplify(predicate)).isEqualTo(new Predicate.All(List.of(A, B)));
    }

    @Test
    void exactValuesOfOneFieldBecomeOneSet() {
        var predicate = new Predicate.Any(List.of(A, B, equal("a", "3"), oneOf("a", "4", "5")));
        assertThat(Predicates.simplify(predicate))
                .isEqualTo(new Predicate.Any(List.of(oneOf("a", "1", "3", "4", "5"), B)));
    }

    @Test
    void nothingAndEverythingSwallowTheirNeighbours() {
        assertThat(Predicates.simplify(new Predicate.All(List.of())))
                .isEqualTo(Predicates.EVERYTHING);
        assertThat(Predicates.simplify(new Predicate.Any(List.of()))).isEqualTo(Predicates.NOTHING);
        assertThat(Predicates.simplify(new Predicate.All(List.of(A, Predicates.NOTHING))))
                .isEqualTo(Predicates.NOTHING);
        assertThat(Predicates.simplify(new Predicate.Any(List.of(A, Predicates.EVERYTHING))))
                .isEqualTo(Predicates.EVERYTHING);
        assertThat(Predicates.simplify(new Predicate.Any(List.of(A, Predicates.NOTHING))))
                .isEqualTo(A);
    }

    @Test
    void theFieldsAreNamedIncludingThoseComparedWith() {
        var predicate =
                new Predicate.Any(
                        List.of(
                                new Predicate.Not(A),
                                new Predicate.Text(new dev.spoor.query.Test.Contains("x", true)),
                                new Predicate.Field(
                                        "c", new dev.spoor.query.Test.FieldEqual("d", true))));
        assertThat(predicate.fields()).containsExactly("a", "c", "d");
        assertThat(predicate.asksOwn()).isFalse();
        assertThat(new Predicate.Not(equal("source.kind", "json")).asksOwn()).isTrue();
    }

    private static Predicate equal(String field, String value) {
        return new Predicate.Field(field, new dev.spoor.query.Test.Equal(value, true));
    }

    private static Predicate oneOf(String field, String... values) {
        return new Predicate.Field(field, new dev.spoor.query.Test.OneOf(Set.of(values)));
    }
}
