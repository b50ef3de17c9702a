"""A definition evaluated over a world in memory, and what its result says, in plain Python."""

from datetime import date, datetime
from typing import Any

from pyroaring import BitMap

from tags import kinds
from tags.kinds import KINDS, Result
from tags.rules.definition import Definition, read_definition
from tags.rules.evaluate import Evaluation
from tags.rules.windows import Moment
from tests.rules.memory_lake import MemoryLake, MemoryMembers, catalog_of
from tests.world import AS_OF, CAST, World


def read(kind: str, data: dict[str, Any], world: World = CAST) -> Definition:
    return read_definition(kind, data, catalog_of(world))


def result_of(kind: str, data: dict[str, Any], world: World = CAST, as_of: datetime = AS_OF) -> Result:
    lake = MemoryLake(world)
    evaluation = Evaluation(lake=lake, moment=Moment(as_of, world.zone), members=MemoryMembers(world))
    return KINDS[kind].evaluate(read(kind, data, world), kinds.World(evaluation, lake.universe()))


def sets(result: Result) -> dict[str, set[int]]:
    """Value → customers, without the values nobody has."""
    return {value: set(members) for value, members in result.values.items() if members}


def value_of(result: Result) -> dict[int, str]:
    """Customer → their only value."""
    assert sum(map(len, result.values.values())) == len(BitMap.union(*result.values.values()))
    return {who: value for value, members in result.values.items() for who in members}


def numbers(result: Result) -> dict[int, float]:
    assert result.numbers is not None
    table = result.numbers
    return dict(zip(table["customer_id"].to_pylist(), table["value"].to_pylist(), strict=True))


def since(result: Result) -> dict[int, date]:
    assert result.details is not None
    table = result.details
    return dict(zip(table["customer_id"].to_pylist(), table["since"].to_pylist(), strict=True))
