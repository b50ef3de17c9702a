"""Which of the values heard of an attribute survives: by the attribute's rule, unless a person set one by hand."""

import pyarrow as pa

from cdp.engine import Connection

from .bulk import rows_read
from .models import Attribute, Survivorship

RULES = pa.schema([("key", pa.string()), ("rule", pa.string())])
TRUST = pa.schema([("batch_id", pa.int64()), ("rank", pa.int64())])
LOCKS = pa.schema([("id", pa.int64()), ("origin", pa.int64()), ("key", pa.string()), ("value", pa.string())])
LEAST_TRUSTED = 100_000

# Every value heard with what its attribute's rule makes of it; among equals the latest batch's last word counts.
SCORED = f"""
    heard AS (SELECT m.root, r.* FROM members m JOIN records r ON r.origin = m.id),
    locked AS (
        SELECT m.root, l.key, arg_max(l.value, l.id)::JSON AS value, max(l.id) AS id
        FROM members m JOIN locks l ON l.origin = m.id GROUP BY ALL
    ),
    said AS (
        SELECT heard.root, word.key AS key, word.value AS value, heard.batch_id, heard.id, rules.rule
        FROM heard, json_each(heard.said) AS word LEFT JOIN rules ON rules.key = word.key
    ),
    scored AS (
        SELECT said.*, CASE rule
            WHEN '{Survivorship.TRUSTED.value}' THEN -coalesce(trust.rank, {LEAST_TRUSTED})
            WHEN '{Survivorship.FREQUENT.value}' THEN count(*) OVER (PARTITION BY root, key, value, rule)
            WHEN '{Survivorship.LONGEST.value}' THEN
                CASE json_type(value) WHEN 'ARRAY' THEN json_array_length(value) ELSE length(value ->> '$') END
            ELSE 0 END AS score
        FROM said LEFT JOIN trust USING (batch_id)
    )
"""
BY_RULE = """
    survivors AS (
        SELECT root, key, arg_max(value, (score, batch_id, id)) AS value
        FROM scored WHERE root NOT IN (SELECT root FROM once) GROUP BY root, key
        HAVING (root, key) NOT IN (SELECT (root, key) FROM locked)
        UNION ALL SELECT root, key, value FROM locked
    )
"""
# The same where no attribute has a rule of its own and nobody set anything by hand.
BY_TIME = """
    heard AS (SELECT m.root, r.* FROM members m JOIN records r ON r.origin = m.id),
    once AS (SELECT root, any_value(said) AS said FROM heard GROUP BY root HAVING count(*) = 1),
    survivors AS (
        SELECT heard.root, word.key AS key, arg_max(word.value, (heard.batch_id, heard.id)) AS value
        FROM heard, json_each(heard.said) AS word
        WHERE heard.root NOT IN (SELECT root FROM once) GROUP BY heard.root, word.key
    )
"""
ONCE = """
    once AS (
        SELECT root, any_value(said) AS said FROM heard
        WHERE root NOT IN (SELECT root FROM locked) GROUP BY root HAVING count(*) = 1
    )
"""


def survivors_sql(workbench: Connection) -> str:
    """WITH `once` (root, said): those of whom one record tells everything; and `survivors` (root, key, value) of
    all others. Reads tables `members` and `records`, and registers what the rules need."""
    rules, locks = _rules(), _locks()
    if not rules.num_rows and not locks.num_rows:
        return f"WITH {BY_TIME}"
    scored_prepare(workbench, rules, locks)
    return f"WITH {SCORED}, {ONCE}, {BY_RULE}"


def scored_prepare(workbench: Connection, rules: pa.Table | None = None, locks: pa.Table | None = None) -> None:
    """Register the tables `SCORED` reads besides `members` and `records`."""
    workbench.register("rules", _rules() if rules is None else rules)
    workbench.register("locks", _locks() if locks is None else locks)
    workbench.register("trust", _trust())


def _rules() -> pa.Table:
    own = Attribute.objects.exclude(survivorship=Survivorship.RECENT).values_list("slug", "survivorship")
    keys, rules = zip(*own, strict=True) if own else ((), ())
    return pa.table({"key": pa.array(keys, pa.string()), "rule": pa.array(rules, pa.string())}, schema=RULES)


def _trust() -> pa.Table:
    sql = (
        "SELECT b.id AS batch_id, t.rank AS rank FROM store_batch b JOIN store_sourcetrust t ON t.source = b.source"
    )
    return rows_read(sql, TRUST)


def _locks() -> pa.Table:
    sql = "SELECT id, customer_id AS origin, attribute AS key, CAST(value AS text) AS value"
    return rows_read(f"{sql} FROM store_valuelock WHERE lifted_at IS NULL", LOCKS)
