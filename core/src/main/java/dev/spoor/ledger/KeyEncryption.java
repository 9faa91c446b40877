package dev.spoor.ledger;

/**
 * Who encrypts the keys of segments and journals: a key in a file, or a key management service that
 * never gives its key away. Thread-safe.
 */
public interface KeyEncryption {
    /** Which key this is, 8 bytes; the same for the same key. It tells nothing about the key. */
    byte[] id();

    /**
     * Encrypts a key of 32 bytes.
     *
     * @param context what the key is for; {@link #unwrap} must be given the same
     * @return at most 4,096 bytes
     * @throws dev.spoor.fault.Unavailable when the service does not answer
     */
    byte[] wrap(byte[] key, byte[] context);

    /**
     * Decrypts what {@link #wrap} gave.
     *
     * @throws dev.spoor.fault.Rejected when it was wrapped by another key or for something else
     * @throws dev.spoor.fault.Unavailable when the service does not answer
     */
    byte[] unwrap(byte[] wrapped, byte[] context);
}
