"""Loads a file of audit events or container lines into chDB (ClickHouse in process), as its users would: the raw line, and the
fields that are searched as columns. Prints the bytes on disk and the rows.

usage: rival.py audit|container FILE DIR
"""
import sys

from chdb import session

KIND, FILE, DIR = sys.argv[1:4]

TABLES = {
    "audit": """
        raw String CODEC(ZSTD(3)), time DateTime64(6) CODEC(Delta, ZSTD(3)), audit_id UUID CODEC(ZSTD(3)),
        stage LowCardinality(String), verb LowCardinality(String), user LowCardinality(String), ip LowCardinality(String),
        agent LowCardinality(String), namespace LowCardinality(String), resource LowCardinality(String),
        name String CODEC(ZSTD(3)), uri String CODEC(ZSTD(3)), code UInt16 CODEC(ZSTD(3))""",
    "container": """
        raw String CODEC(ZSTD(3)), time DateTime64(9) CODEC(Delta, ZSTD(3)), stream LowCardinality(String),
        namespace LowCardinality(String), pod LowCardinality(String), container LowCardinality(String),
        node LowCardinality(String), message String CODEC(ZSTD(3))""",
}
SELECTS = {
    "audit": """
        line, parseDateTime64BestEffort(JSONExtractString(line, 'requestReceivedTimestamp'), 6),
        toUUID(JSONExtractString(line, 'auditID')), JSONExtractString(line, 'stage'), JSONExtractString(line, 'verb'),
        JSONExtractString(line, 'user', 'username'), JSONExtractString(line, 'sourceIPs', 1),
        JSONExtractString(line, 'userAgent'), JSONExtractString(line, 'objectRef', 'namespace'),
        JSONExtractString(line, 'objectRef', 'resource'), JSONExtractString(line, 'objectRef', 'name'),
        JSONExtractString(line, 'requestURI'), JSONExtractUInt(line, 'responseStatus', 'code')""",
    "container": """
        line, parseDateTime64BestEffort(JSONExtractString(line, 'time'), 9), JSONExtractString(line, 'stream'),
        JSONExtractString(line, 'kubernetes', 'namespace'), JSONExtractString(line, 'kubernetes', 'pod'),
        JSONExtractString(line, 'kubernetes', 'container'), JSONExtractString(line, 'kubernetes', 'node'),
        JSONExtractString(line, 'message')""",
}

chdb = session.Session(DIR)
chdb.query(f"CREATE TABLE default.events ({TABLES[KIND]}) ENGINE = MergeTree ORDER BY time")
chdb.query(
    f"INSERT INTO default.events SELECT {SELECTS[KIND]} FROM file('{FILE}', 'LineAsString', 'line String') SETTINGS max_insert_threads = 1"
)
print(
    str(
        chdb.query(
            "SELECT sum(bytes_on_disk), sum(rows) FROM system.parts WHERE active AND table = 'events'", "CSV"
        )
    ).strip()
)
