"""A GeoJSON file as outlines of provinces, or what is wrong with it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from cdp.errors import N_, user_error

from ..figures.tiles import PROVINCES, Province
from .outlines import Ring, simplified

MOST_BYTES, MOST_FEATURES, MOST_POINTS = 10 * 1024 * 1024, 3000, 600_000
NAMES = ("name", "fullname", "full_name", "name_zh", "name_cn", "name_en", "province", "省", "省份", "名称")
FIX = N_("Save it as GeoJSON in degrees (WGS 84), one feature a province, and upload it again.")


@dataclass(frozen=True)
class Outlines:
    """`rings` by province, as plain lists; under "" those drawn without a figure. `unmatched`: names of features
    that are no province; `missing`: provinces the file does not have."""

    rings: dict[str, list[list[list[float]]]]
    unmatched: list[str]
    missing: list[str]


def outlines_read(content: bytes) -> Outlines:
    """`UserError` with what is wrong."""
    if len(content) > MOST_BYTES:
        raise user_error(
            N_("The file is larger than %(most)s MB. Nothing was kept."),
            N_("Simplify its outlines, for a chart needs little of them."),
            most=MOST_BYTES // 1024**2,
        )
    found: dict[str, list[Ring]] = {}
    unmatched: list[str] = []
    points = 0
    for number, feature in enumerate(_features(content), 1):
        name, rings = _name(feature), list(_rings(feature, number))
        points += sum(map(len, rings))
        if points > MOST_POINTS:
            raise user_error(N_("The file has too many points. Nothing was kept."), FIX)
        province = known(name)
        if province is None:
            unmatched.append(name or f"#{number}")
        found.setdefault(province.name if province else "", []).extend(rings)
    if not found.keys() - {""}:
        raise user_error(
            N_("None of the features is named like a province. Nothing was kept."),
            N_("Give each a property “name” with the province's name, for example 浙江省."),
        )
    return Outlines(
        {name: [ring.round(2).tolist() for ring in rings] for name, rings in simplified(found).items()},
        unmatched[:50],
        [province.name for province in PROVINCES if province.name not in found],
    )


def known(name: str) -> Province | None:
    """By its full, short, traditional or English name."""
    said = name.strip().casefold()
    for province in PROVINCES:
        names = (province.name, province.short, province.traditional, province.english)
        if said in {one.casefold() for one in names}:
            return province
    return None


def _features(content: bytes) -> list[Any]:
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise user_error(
            N_("The file cannot be read as JSON, so it is no GeoJSON. Nothing was kept."), FIX
        ) from error
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(data, dict) or data.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise user_error(N_("The file is not a FeatureCollection. Nothing was kept."), FIX)
    if not 0 < len(features) <= MOST_FEATURES:
        raise user_error(
            N_("The file has %(count)s features; there may be 1 to %(most)s. Nothing was kept."),
            FIX,
            count=len(features),
            most=MOST_FEATURES,
        )
    return features


def _name(feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    told = {str(key).casefold(): value for key, value in properties.items()} if isinstance(properties, dict) else {}
    names = [value.strip() for key in NAMES if isinstance(value := told.get(key), str) and value.strip()]
    return next((name for name in names if known(name)), names[0] if names else "")[:80]


def _rings(feature: Any, number: int) -> Iterator[Ring]:
    """The outer rings, without their last point, which is the first again."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise user_error(
            N_("Feature %(number)s is no Polygon and no MultiPolygon. Nothing was kept."), FIX, number=number
        )
    assert isinstance(geometry, dict)
    given = geometry.get("coordinates")
    for polygon in [given] if kind == "Polygon" else given if given and isinstance(given, list) else [None]:
        yield _ring(polygon, number)


def _ring(polygon: Any, number: int) -> Ring:
    try:
        points = np.array([point[:2] for point in polygon[0]], dtype=np.float64)
    except (TypeError, ValueError, IndexError, KeyError, OverflowError):
        points = np.zeros((0, 2))
    inside = points.ndim == 2 and points.shape[1:] == (2,) and bool((np.abs(points) <= (180, 90)).all())
    if len(points) < 4 or not inside or not np.array_equal(points[0], points[-1]):
        raise user_error(
            N_("The outline of feature %(number)s is no closed ring of points in degrees. Nothing was kept."),
            FIX,
            number=number,
        )
    return points[:-1]
