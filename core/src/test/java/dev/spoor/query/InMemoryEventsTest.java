package dev.spoor.query;

import dev.spoor.event.EventSink;
import java.util.function.Consumer;

class InMemoryEventsTest extends EventSearchContract {
    @Override
    protected EventSearch openWith(Consumer<EventSink> fill) {
        var events = new InMemoryEvents();
        fill.accept(events);
        return events;
    }
}
