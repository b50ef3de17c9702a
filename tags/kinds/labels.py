"""Labels: ordered layers of `value when condition`. The first match wins, or every match counts."""

from pyroaring import BitMap

from tags.rules.catalog import Catalog, name_in
from tags.rules.definition import Labels
from tags.rules.describe import describe
from tags.rules.windows import Moment

from .base import Facts, Result, Sentence, World


def evaluate(definition: Labels, world: World) -> Result:
    found: dict[str, BitMap] = {}
    taken = BitMap()
    for layer in definition.layers:
        members = world.evaluation.of(layer.when)
        found[layer.label.value] = members if definition.multiple else members - taken
        taken |= members
    if definition.rest:
        found[definition.rest.value] = world.universe - taken
    return Result(found)


def read_out(
    definition: Labels, catalog: Catalog, moment: Moment, language: str, facts: Facts | None = None
) -> list[Sentence]:
    return [
        Sentence(
            name_in(layer.label.names, language, layer.label.value), describe(layer.when, catalog, moment, language)
        )
        for layer in definition.layers
    ]
