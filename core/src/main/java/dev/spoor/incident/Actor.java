package dev.spoor.incident;

import dev.spoor.event.AuditEvent;
import dev.spoor.event.EntityRef;
import dev.spoor.event.Source;
import java.util.Optional;

/**
 * Who really sent a request, and with what: never the name it impersonated.
 *
 * @param cluster where the name is valid, empty when unknown
 * @param user empty when authentication failed
 * @param credential id of the credential, empty when not recorded
 * @param address the last one: what the API server saw
 */
record Actor(String cluster, String user, String credential, String address, String agent) {
    static final String ANONYMOUS = "system:anonymous";

    static Actor of(Source source, AuditEvent event) {
        return new Actor(
                Optional.ofNullable(source.cluster()).orElse(""),
                event.user(),
                event.credential(),
                event.address(),
                event.userAgent());
    }

    /** Many unrelated clients have this name: it joins nothing. */
    boolean shared() {
        return user.isEmpty() || user.equals(ANONYMOUS);
    }

    /** One client program on one machine under one name. */
    Client client() {
        return new Client(cluster, user, address, agent);
    }

    record Client(String cluster, String user, String address, String agent) {}

    String inWords() {
        if (user.isEmpty()) {
            return "an unknown client at " + Plain.value(address);
        }
        return user.equals(ANONYMOUS)
                ? "an anonymous client at " + Plain.value(address)
                : Plain.value(user);
    }

    EntityRef entity() {
        return user.isEmpty() ? new EntityRef("ip", address) : new EntityRef("user", user);
    }
}
