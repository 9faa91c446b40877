/** Questions a person asks: the query language (filter, then pipes), answered by the ledger. */
@org.jspecify.annotations.NullMarked
package dev.spoor.hunt;
