package dev.spoor.ledger;

import dev.spoor.event.Source;

/** A source and the position of the entry that declares it. */
record SourceEntry(Source source, long position) {}
