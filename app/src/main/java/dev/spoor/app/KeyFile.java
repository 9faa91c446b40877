package dev.spoor.app;

import dev.spoor.ledger.KeyEncryption;
import dev.spoor.ledger.LedgerKeys;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** {@code --key-file}, and the passphrase that may close it ({@code SPOOR_PASSPHRASE}). */
final class KeyFile {
    private static final String PASSPHRASE = "SPOOR_PASSPHRASE";

    private KeyFile() {}

    static char @Nullable [] passphrase(Surroundings surroundings) {
        var given = surroundings.environment().get(PASSPHRASE);
        return given == null || given.isEmpty() ? null : given.toCharArray();
    }

    static KeyEncryption encryption(Path file, Surroundings surroundings) {
        return LedgerKeys.encryption(file, passphrase(surroundings));
    }

    /** Keys to read with. */
    static LedgerKeys reading(@Nullable Path file, Surroundings surroundings) {
        var none = LedgerKeys.reading(null);
        return file == null ? none : none.with(encryption(file, surroundings));
    }

    /** Keys to write with: the signing key at home, made on first use. */
    static LedgerKeys writing(@Nullable Path file, Surroundings surroundings) {
        var keys = LedgerKeys.at(surroundings.home().resolve("keys"), null);
        return file == null ? keys : keys.with(encryption(file, surroundings));
    }
}
