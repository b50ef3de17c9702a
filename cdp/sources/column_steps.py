"""The cleaning steps in a mapping, read apart from what else it says.

Wherever a mapping names a column, `{"column": …, "steps": […]}` may stand. A *place* says where: `("attributes",
"city")`, `("identifiers", "phone")`, `("name",)`, `("time",)`, `("key",)`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from cdp.cleaning.steps.parse import parse_steps
from cdp.cleaning.steps.step import Step
from cdp.errors import Problem

Place = tuple[str, ...]
Steps = Mapping[Place, tuple[Step, ...]]
GROUPS = ("identifiers", "attributes", "properties")
SINGLES = ("name", "time", "key")
# What a target of a role is called in a mapping.
PLACES = {"identifier": "identifiers", "attribute": "attributes", "property": "properties"}


def take_steps(data: Any) -> tuple[Any, Steps, list[Problem]]:
    """The mapping without its steps, the steps by place, and what is wrong with them."""
    bare = without_steps(data)
    found: dict[Place, tuple[Step, ...]] = {}
    problems: list[Problem] = []
    for place, spec in _specs(data):
        steps, wrong = parse_steps(spec.get("steps"), (*place, "steps"))
        problems += wrong
        if steps:
            found[place] = steps
    return bare, found, problems


def steps_json(data: Any) -> dict[Place, list[dict[str, Any]]]:
    """The steps as they are written, right or wrong."""
    return {place: spec["steps"] for place, spec in _specs(data) if isinstance(spec.get("steps"), list)}


def without_steps(data: Any) -> Any:
    """The same mapping in the short forms it has without steps."""
    if not isinstance(data, dict):
        return data
    bare = dict(data)
    for group in GROUPS:
        if isinstance(bare.get(group), dict):
            bare[group] = {slug: _bare(group, spec) for slug, spec in bare[group].items()}
    return bare | {single: _bare(single, bare[single]) for single in SINGLES if single in bare}


def with_steps(data: dict[str, Any], place: Place, steps: list[dict[str, Any]]) -> dict[str, Any]:
    """The mapping with these steps at a place; without any, in its short form."""
    group, *slug = place
    at = data.get(group)
    if not isinstance(at, dict) or not slug:
        return {**data, group: _with(group, "", at, steps)}
    return {**data, group: {**at, slug[0]: _with(group, slug[0], at[slug[0]], steps)}}


def _with(group: str, slug: str, spec: Any, steps: list[dict[str, Any]]) -> Any:
    """A property may be written as its kind alone, where its column has its name."""
    if isinstance(spec, str):
        spec = {"column": slug, "kind": spec} if group == "properties" else {"column": spec}
    stepped = {**spec, "steps": steps}
    return stepped if steps else _bare(group, stepped)


def _specs(data: Any) -> Iterator[tuple[Place, dict[str, Any]]]:
    if not isinstance(data, dict):
        return
    for group in GROUPS:
        specs = data.get(group)
        for slug, spec in specs.items() if isinstance(specs, dict) else ():
            if isinstance(spec, dict):
                yield (group, slug), spec
    for single in SINGLES:
        if isinstance(data.get(single), dict):
            yield (single,), data[single]


def _bare(group: str, spec: Any) -> Any:
    if not isinstance(spec, dict) or "steps" not in spec:
        return spec
    rest = {key: value for key, value in spec.items() if key != "steps"}
    return rest.get("column") if group in ("identifiers", "key") and rest.keys() <= {"column"} else rest
