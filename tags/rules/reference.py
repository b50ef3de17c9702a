"""The generated parts of docs/rules.md: `python -m tags.rules.reference` writes them anew."""

import re
from pathlib import Path

from .nodes import Agg
from .operators import KIND_NAMES, Operator, Shape, operators_of
from .phrases import PHRASES

DOCS = Path(__file__).parents[2] / "docs" / "rules.md"
RIGHT_SIDES = {
    Shape.NONE: "—",
    Shape.ONE: "one value",
    Shape.MANY: "a list of values",
    Shape.PAIR: "two values, the lower first",
    Shape.SPAN: 'a length, `{"n": 30, "unit": "day"}`',
    Shape.PLACE: "a place, see below",
}


def generated() -> dict[str, str]:
    """The name of each generated part and its text."""
    return {"operators": operator_tables(), "measures": measure_table()}


def operator_tables() -> str:
    return "\n\n".join(_kind_table(kind) for kind in KIND_NAMES)


def _kind_table(kind: str) -> str:
    names = KIND_NAMES[kind]
    rows = [
        f"### {names['en']} · {names['zh-hans']}",
        "",
        "| `op` | reads | 读作 | `value` | note |",
        "|---|---|---|---|---|",
        *(_operator_row(row) for row in operators_of(kind)),
    ]
    return "\n".join(rows)


def _operator_row(row: Operator) -> str:
    notes = [row.note] if row.note else []
    if row.ignores_case:
        notes.append("upper and lower case are the same")
    labels = row.labels
    return (
        f"| `{row.name}` | {labels['en']} | {labels['zh-hans']} | {RIGHT_SIDES[row.shape]} | {'; '.join(notes)} |"
    )


def measure_table() -> str:
    rows = ["| `agg` | reads | 读作 |", "|---|---|---|"]
    places = {
        "en": {"events": "purchases", "property": "amount", "every": "purchases"},
        "zh-hans": {"events": "购买", "property": "金额", "every": "购买"},
    }
    for agg in Agg:
        texts = {code: PHRASES[code].measures[agg].format(**given) for code, given in places.items()}
        rows.append(f"| `{agg.value}` | {texts['en']} | {texts['zh-hans']} |")
    return "\n".join(rows)


def with_generated(text: str) -> str:
    """The document with its generated parts as the code has them."""
    for name, part in generated().items():
        between = re.compile(f"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)", re.DOTALL)
        text, found = between.subn(lambda match, part=part: match[1] + part + match[2], text)  # type: ignore[misc]
        if found != 1:
            raise ValueError(f"docs/rules.md has no place for {name}")
    return text


if __name__ == "__main__":
    DOCS.write_text(with_generated(DOCS.read_text(encoding="utf-8")), encoding="utf-8")
