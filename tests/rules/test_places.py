"""Circles and regions over a table of points: distances, edges, corners, and places nobody knows."""

import math

import duckdb
import ibis
import pyarrow as pa
import pytest

from tags.rules.nodes import Circle, Region
from tags.rules.parse_places import read_place
from tags.rules.places import within_circle, within_region
from tags.rules.reading import Reading
from tests.world import ARROW_KINDS

HANGZHOU, SHANGHAI, LONDON = (30.2741, 120.1551), (31.2304, 121.4737), (51.5074, -0.1278)


def found(test, place, *points: tuple[float, float] | None) -> list[int]:
    """The numbers of the points that satisfy a test."""
    rows = [None if point is None else {"lat": point[0], "lon": point[1]} for point in points]
    table = pa.table({"id": range(len(rows)), "at": pa.array(rows, ARROW_KINDS["geo"])})
    unbound = ibis.table(ibis.Schema.from_pyarrow(table.schema), name="points")
    chosen = unbound.filter(test(unbound["at"], place)).select("id")
    with duckdb.connect() as connection:
        connection.register("points", table)
        return sorted(id for (id,) in connection.sql(ibis.to_sql(chosen, "duckdb")).fetchall())


def circle(point: tuple[float, float], km: float) -> Circle:
    place = read_place(Reading(), "within_km", {"km": km, "of": {"lat": point[0], "lon": point[1]}}, ())
    assert isinstance(place, Circle)
    return place


def region(*corners: tuple[float, float]) -> Region:
    place = read_place(Reading(), "in_region", {"polygon": [list(corner) for corner in corners]}, ())
    assert isinstance(place, Region)
    return place


def apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres by the law of cosines, which is another way to the same arc."""
    (lat, lon), (to_lat, to_lon) = (tuple(map(math.radians, point)) for point in (one, other))
    cosine = math.sin(lat) * math.sin(to_lat) + math.cos(lat) * math.cos(to_lat) * math.cos(to_lon - lon)
    return 6371.0088 * math.acos(cosine)


@pytest.mark.parametrize(
    ("one", "other"),
    [(HANGZHOU, SHANGHAI), (SHANGHAI, LONDON), ((0, 179.5), (0, -179.5)), ((-33.9, 151.2), (40.7, -74.0))],
)
def test_distances_are_measured_over_the_sphere(one: tuple, other: tuple) -> None:
    km = apart(one, other)
    assert found(within_circle, circle(one, km + 0.001), other) == [0]
    assert found(within_circle, circle(one, km - 0.001), other) == []


def test_a_quarter_of_a_meridian_is_known() -> None:
    assert found(within_circle, circle((90, 0), 10_007.56), (0, 120), (-0.01, 120)) == [0]
    assert found(within_circle, circle((90, 0), 10_007.55), (0, 120)) == []


def test_so_far_exactly_is_near_and_the_unknown_is_not() -> None:
    assert found(within_circle, circle((30, 120), 0), (30, 120), (30, 120.0001), None) == [0]
    assert found(within_circle, circle((30, 120), 20_000), None) == []


SQUARE = ((30, 120), (30, 121), (31, 121), (31, 120))


@pytest.mark.parametrize("corners", [SQUARE, SQUARE[::-1], SQUARE[2:] + SQUARE[:2]])
def test_a_box_has_its_south_and_west_edges_only(corners: tuple) -> None:
    points = [(30.5, 120.5), (30, 120.5), (30.5, 120), (30, 120), (31, 120.5), (30.5, 121), (31, 121), None]
    assert found(within_region, region(*corners), *points) == [0, 1, 2, 3]


def test_a_ring_may_turn_inwards() -> None:
    arrow = region((0, 0), (4, 2), (0, 4), (1, 2))
    assert found(within_region, arrow, (2, 2), (0.5, 2), (0.9, 0.8), (3.9, 2), (2, 0.9), (-1, 2)) == [0, 2, 3]


def test_neighbours_share_no_point_and_leave_none_out() -> None:
    """A square cut along a slanting line, and every point of a grid that has the line's own points in it."""
    west = region((0, 0), (0, 1), (4, 3), (4, 0))
    east = region((0, 1), (0, 4), (4, 4), (4, 3))
    grid = [(lat / 4, lon / 4) for lat in range(16) for lon in range(16)]
    in_west, in_east = found(within_region, west, *grid), found(within_region, east, *grid)
    assert not set(in_west) & set(in_east)
    assert len(in_west) + len(in_east) == len(grid)
