package dev.spoor.event;

/**
 * One path of the events of a scanner, with the dictionary of its distinct values. The same column
 * serves the ledger (codes are what it stores) and the matcher (a predicate is evaluated once per
 * distinct value).
 */
public final class Column {
    /** How a value stands in the bytes; decides where it ends and how it is read. */
    public enum Type {
        /**
         * Inside quotes: raw JSON string content, escapes not decoded. Ends before the next
         * unescaped quote.
         */
        STRING,
        /** Number, true, false or null as written. */
        SCALAR,
        /** A whole object or array as written. */
        JSON,
        /** Text up to the next space. */
        TOKEN,
        /**
         * Text up to the end of the record; also a whole record whose shape is not known
         * ("verbatim").
         */
        REST
    }

    /** What the values look like, from the first one; tells the ledger which encoding to try. */
    public enum Look {
        PLAIN,
        /** 36 bytes of lower-case hex in the 8-4-4-4-12 form of RFC 9562. */
        UUID,
        /** RFC 3339 with fraction and Z. */
        TIME,
        /** A request URI with names and numbers of its own event in it. */
        URI,
        /** Long text or objects that seldom repeat. */
        BODY
    }

    private final int id;
    private final String path;
    private final Type type;
    private final Look look;
    private final Dictionary dictionary;

    Column(int id, String path, Type type, Look look) {
        this.id = id;
        this.path = path;
        this.type = type;
        this.look = look;
        this.dictionary = new Dictionary();
        // Other identifiers than the event's own may repeat: their dictionary is given its trial.
        if (look != Look.PLAIN && (look != Look.UUID || path.equals("auditID"))) {
            dictionary.close();
        }
    }

    /** Index in its scanner, dense from 0. */
    public int id() {
        return id;
    }

    /** Keys from the root joined with '.', escapes decoded; empty for a verbatim record. */
    public String path() {
        return path;
    }

    public Type type() {
        return type;
    }

    public Look look() {
        return look;
    }

    public Dictionary dictionary() {
        return dictionary;
    }

    /** Reads a value of this column as it stands in the bytes; of text the escapes are decoded. */
    public Json.Parsed read(byte[] bytes, int from, int to) {
        if (type != Type.STRING) {
            return Json.read(bytes, from, to - from);
        }
        var quoted = new byte[to - from + 2];
        quoted[0] = '"';
        System.arraycopy(bytes, from, quoted, 1, to - from);
        quoted[quoted.length - 1] = '"';
        return Json.read(quoted, 0, quoted.length);
    }
}
