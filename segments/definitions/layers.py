"""The layers of a tag as rows, and rows put back into its definition. Pure."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

NAMES = {"name_zh_hans": "zh-hans", "name_zh_hant": "zh-hant", "name_en": "en"}


def layer_rows(definition: Any) -> list[dict[str, str]]:
    """One row a layer, in order, with its place from 1."""
    return [_row(layer, place) for place, layer in enumerate(layers_of(definition), start=1)]


def layers_of(definition: Any) -> list[dict[str, Any]]:
    found = definition.get("layers") if isinstance(definition, dict) else None
    return [layer for layer in found if isinstance(layer, dict)] if isinstance(found, list) else []


def _row(layer: Mapping[str, Any], place: int) -> dict[str, str]:
    names = layer.get("names") or {}
    row = {column: str(names.get(language, "")) for column, language in NAMES.items()}
    rule = json.dumps(layer.get("when"), ensure_ascii=False)
    return {"value": str(layer.get("value", "")), "order": str(place), **row, "when": rule}


def layers_changed(definition: Any, changes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The definition with its layers changed. `changes`: value → column → what it is to be: names, `order` (a
    number) and `when` (a rule). A value without a layer gets one, at the end unless its order says otherwise."""
    layers = {str(layer.get("value")): dict(layer) for layer in layers_of(definition)}
    places = {value: Decimal(place) for place, value in enumerate(layers, start=1)}
    for value, cells in changes.items():
        layer = layers.setdefault(value, {"value": value})
        places[value] = cells.get("order") or places.get(value) or Decimal(len(layers))
        _fill(layer, cells)
    made = dict(definition) if isinstance(definition, dict) and definition else {"v": 1}
    made["layers"] = [layers[value] for value in sorted(layers, key=lambda value: places[value])]
    return made


def _fill(layer: dict[str, Any], cells: Mapping[str, Any]) -> None:
    if "when" in cells:
        layer["when"] = cells["when"]
    given = {language: cells[column] for column, language in NAMES.items() if column in cells}
    if given:
        names = {**(layer.get("names") or {}), **given}
        layer.pop("names", None)
        if kept := {language: text for language, text in names.items() if text}:
            layer["names"] = kept


def orders_shared(definition: Any, orders: Mapping[str, Decimal]) -> Iterable[str]:
    """The values among `orders` whose place another layer has, too."""
    places = {str(layer.get("value")): Decimal(place) for place, layer in enumerate(layers_of(definition), start=1)}
    places |= orders
    taken = list(places.values())
    return [value for value in orders if taken.count(places[value]) > 1]
