"""A mapping seen from the columns of a file, as a form shows it, and back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .column_steps import without_steps
from .line_roles import key_columns, when_column


@dataclass(frozen=True)
class Role:
    """What one column is: `role` is identifier, attribute, property, name, time, key or "" (left out).

    `values` are the meanings of an event or attribute column's values.
    """

    column: str
    role: str = ""
    slug: str = ""
    kind: str = ""
    values: dict[str, str] | None = None


def roles_of(mapping: dict[str, Any], columns: Sequence[str]) -> list[Role]:
    """One role or more for every column, in the order of the file; those left out have role ""."""
    found = list(_roles(without_steps(mapping)))
    by_column = {column: [role for role in found if role.column == column] for column in columns}
    return [role for column in columns for role in by_column[column] or [Role(column)]]


def _roles(mapping: dict[str, Any]) -> Iterable[Role]:
    for slug, column in (mapping.get("identifiers") or {}).items():
        yield Role(column, "identifier", slug)
    for role, group in (("attribute", "attributes"), ("property", "properties")):
        for slug, spec in (mapping.get(group) or {}).items():
            if isinstance(spec, dict):
                yield Role(spec["column"], role, slug, spec.get("kind") or "", spec.get("values"))
            else:
                yield Role(slug if role == "property" else spec, role, slug, spec if role == "property" else "")
    name, time = mapping.get("name"), mapping.get("time")
    if isinstance(name, dict):
        yield Role(name["column"], "name", "", "", name.get("values"))
    if time:
        yield Role(time if isinstance(time, str) else time["column"], "time")
    for column in key_columns(mapping):
        yield Role(column, "key")
    for one in mapping.get("also") or ():
        yield Role(when_column(one), "also", one.get("name") or "")


def mapping_of(kind: str, roles: Iterable[Role], *, event: str = "", zone: str = "") -> dict[str, Any]:
    """Mapping JSON of roles. `event` is the event of every row when no column names it."""
    mapping: dict[str, Any] = {"kind": kind, "identifiers": {}, "attributes": {}}
    if kind == "events":
        mapping |= {"name": event, "time": None, "key": None, "properties": {}}
    for role in roles:
        if role.role == "identifier":
            mapping["identifiers"][role.slug] = role.column
        elif role.role in ("attribute", "property"):
            group = mapping.get("attributes" if role.role == "attribute" else "properties")
            if group is not None:
                group[role.slug or role.column] = _spec(role)
        elif kind == "events" and role.role == "name":
            mapping["name"] = {"column": role.column} | ({"values": role.values} if role.values else {})
        elif kind == "events" and role.role == "time":
            mapping["time"] = {"column": role.column} | ({"zone": zone} if zone else {})
        elif kind == "events" and role.role == "key":
            keys = [*key_columns(mapping), role.column]
            mapping["key"] = keys[0] if len(keys) == 1 else keys
        elif kind == "events" and role.role == "also":
            mapping.setdefault("also", []).append({"name": role.slug, "when": role.column})
    return mapping


def _spec(role: Role) -> dict[str, Any]:
    spec: dict[str, Any] = {"column": role.column}
    if role.kind:
        spec["kind"] = role.kind
    if role.values:
        spec["values"] = role.values
    return spec
