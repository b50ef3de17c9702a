"""What a mapping says of one column of a file, as the fields of its line in the form."""

from collections.abc import Iterator, Mapping
from typing import Any


def line_roles(column: str, mapping: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What a mapping without steps says of a column, as the fields of one line or more."""
    name = mapping.get("name")
    if isinstance(name, dict) and is_column(name.get("column"), column):
        if "filled" in name or "empty" in name:
            yield {
                "role": "event",
                "by_value": False,
                "filled": name.get("filled", ""),
                "empty": name.get("empty", ""),
            }
        elif name.get("values"):
            yield {"role": "event", "event_values": list(name["values"].items())}
        else:
            yield {"role": "event"}
    time = mapping.get("time")
    time = {"column": time} if isinstance(time, str) else time or {}
    if is_column(time.get("column"), column):
        yield {"role": "time", "zone": time.get("zone") or ""}
    for one in mapping.get("also") or ():
        if is_column(when_column(one), column):
            yield {"role": "also", "also": one.get("name") or ""}
    for slug, used in (mapping.get("identifiers") or {}).items():
        if is_column(used, column):
            yield {"role": "identifier", "picked": slug, "slug": slug}
    for group, role in (("attributes", "attribute"), ("properties", "property")):
        for slug, spec in (mapping.get(group) or {}).items():
            used, kind = field_spec(group, slug, spec)
            if is_column(used, column):
                yield {"role": role, "picked": slug, "slug": slug, "kind": kind}
    if any(is_column(used, column) for used in key_columns(mapping)):
        yield {"role": "key"}


def key_columns(mapping: Mapping[str, Any]) -> list[str]:
    """The columns that together tell a row from all others."""
    key = mapping.get("key") or []
    return [key] if isinstance(key, str) else list(key)


def when_column(one: Any) -> Any:
    when = one.get("when") if isinstance(one, dict) else None
    return when.get("column") if isinstance(when, dict) else when


def field_spec(group: str, slug: str, spec: Any) -> tuple[str, str]:
    """(column, kind) of a field however short it is written: properties may be `{"sku_id": "text"}`."""
    if isinstance(spec, dict):
        return spec.get("column") or "", spec.get("kind") or "text"
    return (slug, spec) if group == "properties" else (spec, "text")


def is_column(used: Any, column: str) -> bool:
    return isinstance(used, str) and " ".join(used.split()) == column


def column_of(path: tuple[str | int, ...], mapping: Mapping[str, Any], columns: Mapping[int, str]) -> str:
    """The column a problem's path is about; empty when it is about the mapping as a whole."""
    group, *rest = path or ("",)
    if group == "columns" and rest and isinstance(rest[0], int):
        return columns[rest[0]]
    if group in ("identifiers", "attributes", "properties") and rest:
        spec = (mapping.get(group) or {}).get(rest[0])
        used = spec if group == "identifiers" else field_spec(group, str(rest[0]), spec)[0]
    elif group == "also" and rest and isinstance(rest[0], int):
        used = when_column(mapping["also"][rest[0]])
    elif group in ("name", "time"):
        spec = mapping.get(group)
        used = spec.get("column") if isinstance(spec, dict) else spec if group == "time" else ""
    else:
        used = next(iter(key_columns(mapping)), "") if group == "key" else ""
    return " ".join(used.split()) if isinstance(used, str) else ""
