"""The form of an RFM tag: which events, the money, and how each of the three is scored."""

from typing import Any

from django.utils.translation import gettext as _

from tags.rules.catalog import Catalog
from tags.rules.definitions.rfm import PARTS, SCORES
from tags.rules.value_kinds import NUMBER

from .draw import Draw
from .kind_form import (
    KindForm,
    Setting,
    choice_input,
    events_row,
    first_event,
    property_input,
    read_what,
    setting,
    settle_usual,
)
from .literals import text_of, value_of
from .parts import Input, Row
from .posted import Tree, text
from .read import CHOOSE, Reading
from .write import write_events

QUINTILES, LIMITS = "quintiles", "limits"


def settle(node: Tree, catalog: Catalog) -> None:
    year = {"event": first_event(catalog), "window": {"shape": "last", "n": "365", "unit": "day"}}
    money = next((slug for slug, field in catalog.properties.items() if field.kind == "money"), "")
    settle_usual(node, {"events": year, "amount": money, "scores": QUINTILES}, catalog)
    for part in PARTS:
        given = node.get(part)
        some = [one for one in given if isinstance(one, str)] if isinstance(given, list) else []
        node[part] = [*some, *([""] * (SCORES - 1))][: SCORES - 1]


def read(node: Tree, reading: Reading) -> dict[str, Any]:
    found = read_what(node, "rfm", reading)
    reading.places[("amount",)] = "rfm.amount"
    found["amount"] = text(node, "amount") or reading.blank(("amount",), CHOOSE)
    if text(node, "scores") == LIMITS:
        reading.places[("scores",)] = "rfm.scores"
        found["scores"] = {part: _limits(node, part, reading) for part in PARTS}
    return {"v": 1, **found}


def _limits(node: Tree, part: str, reading: Reading) -> list[Any]:
    path = ("scores", part)
    reading.places[path] = f"rfm.{part}"
    typed = [one.strip() for one in node[part]]
    if not all(typed):
        reading.blank(path)
    return [value_of(one, "number") for one in typed if one]


def write(definition: dict[str, Any]) -> Tree:
    tree: Tree = {"events": write_events(definition), "amount": definition["amount"], "scores": QUINTILES}
    scores = definition.get("scores", QUINTILES)
    if isinstance(scores, dict):
        tree["scores"] = LIMITS
        tree |= {part: [text_of(limit) for limit in scores[part]] for part in PARTS}
    return tree


def draw(node: Tree, draw: Draw) -> tuple[Row, list[Setting]]:
    money = property_input(node, "rfm", "amount", _("The property that holds the money"), tuple(NUMBER), draw)
    how = {QUINTILES: _("In fifths of the customers, worked out in each refresh"), LIMITS: _("By fixed limits")}
    scored = choice_input(node, "rfm", "scores", _("How scores are given"), how, rebuilds=True)
    settings = [
        setting("rfm.amount", _("The money (M) is the total of"), [money], draw),
        setting("rfm.scores", _("Scores from 1 to 5 are given"), [scored], draw),
    ]
    if text(node, "scores") == LIMITS:
        settings += [
            setting(
                f"rfm.{part}",
                {
                    "recency": _("R: days since the last one"),
                    "frequency": _("F: how many times"),
                    "monetary": _("M: total money"),
                }[part],
                _limit_inputs(node, part),
                draw,
                hint=_("Everything from the last limit on scores 1.")
                if part == "recency"
                else _("Everything below the first limit scores 1."),
            )
            for part in PARTS
        ]
    return events_row(node, "rfm", draw), settings


def _limit_inputs(node: Tree, part: str) -> list[Input]:
    if part == "recency":
        words = [_("score %(score)s below") % {"score": score} for score in (5, 4, 3, 2)]
    else:
        words = [_("score %(score)s from") % {"score": score} for score in (2, 3, 4, 5)]
    return [
        Input(f"rfm.{part}[]", "number", word, value, before=word, place=str(place))
        for place, (word, value) in enumerate(zip(words, node[part], strict=True))
    ]


RFM = KindForm(settle, read, write, draw)
