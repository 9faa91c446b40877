package dev.spoor.query;

import dev.spoor.fault.Rejected;
import org.jspecify.annotations.Nullable;

/** An address block in CIDR notation (RFC 4632 section 3.1, RFC 4291 section 2.3). */
public record Network(String notation, long high, long low, int bits, boolean v6) {
    public static Network of(String notation) {
        int slash = notation.indexOf('/');
        var address = parse(slash < 0 ? notation : notation.substring(0, slash));
        if (address == null) {
            throw new Rejected(
                    "network: "
                            + notation
                            + " (expected: address/prefix length, such as 10.0.0.0/8)");
        }
        boolean v6 = address.length == 16;
        int max = v6 ? 128 : 32;
        int bits;
        try {
            bits = slash < 0 ? max : Integer.parseInt(notation.substring(slash + 1));
        } catch (NumberFormatException e) {
            bits = -1;
        }
        if (bits < 0 || bits > max) {
            throw new Rejected(
                    "network: " + notation + " (expected: a prefix length of 0.." + max + ")");
        }
        return new Network(notation, high(address), low(address), bits, v6);
    }

    /** Whether all bits behind the prefix are zero, as the notation of a network asks. */
    public boolean startsAtItsAddress() {
        int low = v6 ? Math.min(64, 128 - bits) : 32 - bits;
        int high = v6 ? Math.max(0, 64 - bits) : 0;
        return zero(this.low, low) && zero(this.high, high);
    }

    private static boolean zero(long value, int bits) {
        return bits == 0 || value << (64 - bits) == 0;
    }

    /** Whether the text is an address inside; text that is no address is not. */
    public boolean contains(String text) {
        var address = parse(text);
        if (address == null || (address.length == 16) != v6) {
            return false;
        }
        int fromHigh = v6 ? Math.min(bits, 64) : 0;
        int fromLow = v6 ? Math.max(0, bits - 64) : bits + 32;
        return same(high(address), high, fromHigh) && same(low(address), low, fromLow);
    }

    private static boolean same(long a, long b, int bits) {
        return bits == 0 || (a ^ b) >>> (64 - bits) == 0;
    }

    private static long high(byte[] address) {
        long high = 0;
        for (int i = 0; address.length == 16 && i < 8; i++) {
            high = high << 8 | (address[i] & 0xff);
        }
        return high;
    }

    private static long low(byte[] address) {
        long low = 0;
        for (int i = address.length == 16 ? 8 : 0; i < address.length; i++) {
            low = low << 8 | (address[i] & 0xff);
        }
        return low;
    }

    /** Four numbers of one to three digits between dots, none with a zero before it. */
    private static boolean dotted(String text) {
        int dots = 0;
        int digits = 0;
        boolean zero = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (digits == 0) {
                    return false;
                }
                dots++;
                digits = 0;
            } else if (c < '0' || c > '9' || ++digits > 3 || digits > 1 && zero) {
                return false;
            } else {
                zero = digits == 1 && c == '0';
            }
        }
        return dots == 3 && digits > 0;
    }

    /** Literal addresses only: never a name look-up. */
    private static byte @Nullable [] parse(String text) {
        if (text.isEmpty() || text.length() > 45) {
            return null;
        }
        boolean v6 = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ':') {
                v6 = true;
            } else if (!(c >= '0' && c <= '9'
                    || c == '.'
                    || c >= 'a' && c <= 'f'
                    || c >= 'A' && c <= 'F')) {
                return null;
            }
        }
        if (!v6 && !dotted(text)) {
            return null; // "10.1" and "012.0.0.1" mean different addresses to different readers
        }
        try {
            return v6
                    ? java.net.Inet6Address.ofLiteral(text).getAddress()
                    : java.net.Inet4Address.ofLiteral(text).getAddress();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
