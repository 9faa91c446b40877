"""Asks chDB (ClickHouse in process) what bench/src/dev/spoor/bench/Ask.java asks Spoor: the same questions, each 200 times with another
constant drawn with a seed from the data, every fourth one absent. Prints `question|median ms of calls 101 to 200`.

The tables are those of rival.py with the skipping indexes that suit the questions: a Bloom filter for addresses, one of n-grams for messages.

usage: rival_answers.py AUDIT CONTAINER DIR
"""
import random
import sys
import time

from chdb import session

AUDIT, CONTAINER, DIR = sys.argv[1:4]
CALLS = 200
SELDOM = 100
DRAW = random.Random(42)

AUDIT_TABLE = """
    raw String CODEC(ZSTD(3)), time DateTime64(6) CODEC(Delta, ZSTD(3)), verb LowCardinality(String), user LowCardinality(String),
    ip LowCardinality(String), resource LowCardinality(String), code UInt16 CODEC(ZSTD(3)),
    INDEX by_ip ip TYPE bloom_filter GRANULARITY 1, INDEX by_user user TYPE bloom_filter GRANULARITY 1"""
AUDIT_SELECT = """
    line, parseDateTime64BestEffort(JSONExtractString(line, 'requestReceivedTimestamp'), 6), JSONExtractString(line, 'verb'),
    JSONExtractString(line, 'user', 'username'), JSONExtractString(line, 'sourceIPs', 1),
    JSONExtractString(line, 'objectRef', 'resource'), JSONExtractUInt(line, 'responseStatus', 'code')"""
CONTAINER_TABLE = """
    raw String CODEC(ZSTD(3)), time DateTime64(9) CODEC(Delta, ZSTD(3)), message String CODEC(ZSTD(3)),
    INDEX by_part message TYPE ngrambf_v1(4, 65536, 3, 0) GRANULARITY 1"""
CONTAINER_SELECT = """
    line, parseDateTime64BestEffort(JSONExtractString(line, 'time'), 9), JSONExtractString(line, 'message')"""

chdb = session.Session(DIR)
for name, table, select, file in (
    ("audit", AUDIT_TABLE, AUDIT_SELECT, AUDIT),
    ("container", CONTAINER_TABLE, CONTAINER_SELECT, CONTAINER),
):
    chdb.query(f"CREATE TABLE default.{name} ({table}) ENGINE = MergeTree ORDER BY time")
    chdb.query(
        f"INSERT INTO default.{name} SELECT {select} FROM file('{file}', 'LineAsString', 'line String') SETTINGS max_insert_threads = 1"
    )


def column(sql):
    return [line.strip('"') for line in str(chdb.query(sql, "TSVRaw")).splitlines()]


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def ask(question, sql):
    walls = []
    for i in range(CALLS):
        text = sql(i)
        start = time.perf_counter()
        len(str(chdb.query(text, "TSVRaw")))
        walls.append((time.perf_counter() - start) * 1000)
    warm = sorted(walls[CALLS // 2 :])
    print(f"{question}|{warm[len(warm) // 2]:.2f}", flush=True)


def drawn(sql):
    values = column(sql)
    DRAW.shuffle(values)
    return values


FROM, TO = column("SELECT toUnixTimestamp(min(time)) || '\n' || toUnixTimestamp(max(time)) + 1 FROM audit")[:2]
DAY = f"time >= fromUnixTimestamp64Micro({FROM} * 1000000) AND time < fromUnixTimestamp64Micro({TO} * 1000000)"
SELDOM_SEEN = drawn(f"SELECT ip FROM audit GROUP BY ip HAVING count() <= {SELDOM} ORDER BY count(), ip LIMIT 2000")
USERS = drawn("SELECT DISTINCT user FROM audit ORDER BY user")
MESSAGES = [m for m in drawn("SELECT message FROM container WHERE length(message) > 40 ORDER BY cityHash64(message) LIMIT 4000") if m.isascii()]


def needle(i):
    return quoted(f"198.51.100.{i}" if i % 4 == 3 else SELDOM_SEEN[i % len(SELDOM_SEEN)])


def hour(_):
    start = int(FROM) + DRAW.randrange(82800)
    return f"time >= fromUnixTimestamp64Micro({start} * 1000000) AND time < fromUnixTimestamp64Micro({start + 3600} * 1000000)"


def since(i):
    return f"time >= fromUnixTimestamp64Micro({FROM} * 1000000 + {i} * 10000)"


def part(i):
    if i % 4 == 3:
        return f"absent-{i}"
    message = MESSAGES[i % len(MESSAGES)]
    at = DRAW.randrange(len(message) - 12)
    return message[at : at + 8 + DRAW.randrange(4)].strip().replace("%", "").replace("_", "") or "a"


ask("address, 24 h: count", lambda i: f"SELECT count() FROM audit WHERE ip = {needle(i)} AND {DAY}")
ask("address, 24 h: raw events", lambda i: f"SELECT raw FROM audit WHERE ip = {needle(i)} AND {DAY}")
ask("count of deleted secrets, 1 h", lambda i: f"SELECT count() FROM audit WHERE verb = 'delete' AND resource = 'secrets' AND {hour(i)}")
ask("top 10 users, 24 h", lambda i: f"SELECT user, count() AS n FROM audit WHERE {since(i)} GROUP BY user ORDER BY n DESC LIMIT 10")
ask(
    "5-minute buckets by code, 24 h",
    lambda i: f"SELECT toStartOfInterval(time, INTERVAL 5 MINUTE) AS t, code, count() FROM audit WHERE {since(i)} GROUP BY t, code ORDER BY t",
)
ask(
    "last 100 of one user, raw",
    lambda i: "SELECT raw FROM audit WHERE user = "
    + quoted(f"nobody-{i}" if i % 4 == 3 else USERS[i % len(USERS)])
    + " ORDER BY time DESC LIMIT 100",
)
ask("substring of all messages: count", lambda i: f"SELECT count() FROM container WHERE message LIKE {quoted('%' + part(i) + '%')}")
ask(
    "rare substring of all messages: raw",
    lambda i: "SELECT raw FROM container WHERE message LIKE " + quoted("%xmrig-pool" + ("" if i % 2 == 0 else f"-{i}") + "%"),
)
