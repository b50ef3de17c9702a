"""Where an address lies: province, city and district, read from its beginning."""

import re
from functools import cache

from opencc import OpenCC

from cdp.errors import N_, Problem

from .divisions import Place, is_only_within, is_short, meanings

LONGEST = 16
_BETWEEN = " ,，.、/|-—_·>:：;；"
_LEADING = ("中华人民共和国", "中国", "CHINA", "China", "CN")
_FILLERS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
# 中山路 is a road in any town.
_ROAD = re.compile(r"[东西南北中一二三四五六七八九十]?(?:路|街|大道|大街|巷|弄|里|镇|村|乡|桥|广场|新村|公园|花园)")
NOT_A_PLACE = Problem(
    (),
    N_("No province, city or district of China is found in this"),
    N_("Write the address from the province on, such as 浙江省杭州市西湖区"),
)
SEVERAL_PLACES = Problem(
    (),
    N_("There are several places of this name"),
    N_("Write the city or the province before it, such as 杭州市西湖区"),
)


def place_of(text: str) -> Place | Problem:
    """As much as the address says: 昆山 lies in 苏州市 and 江苏省; 朝阳区 alone may be in several cities."""
    found = _read(text) or _read(_simplified(text))
    if not found:
        return NOT_A_PLACE
    first = found[0]
    if len(found) == 1:
        return first
    if len({place.province for place in found}) > 1:
        return SEVERAL_PLACES
    return Place(first.province, first.city if len({place.city for place in found}) == 1 else "")


def _read(text: str) -> tuple[Place, ...]:
    found: tuple[Place, ...] = ()
    rest = _bare(text)
    while step := _next(rest, found):
        length, found = step
        rest = _bare(rest[length:])
    return found


def _bare(text: str) -> str:
    text = text.lstrip(_BETWEEN)
    for leading in (*_LEADING, *_FILLERS):
        if text.startswith(leading) and len(text) > len(leading):
            text = text[len(leading) :].lstrip(_BETWEEN)
    return text


def _next(rest: str, within: tuple[Place, ...]) -> tuple[int, tuple[Place, ...]] | None:
    """The longest name at the beginning that agrees with what was read before, and what it leaves possible."""
    known = meanings()
    for length in range(min(LONGEST, len(rest)), 1, -1):
        name = rest[:length]
        if name not in known or _is_something_else(name, rest[length:], bool(within)):
            continue
        inside = [place for place in known[name] if not within or any(area.holds(place) for area in within)]
        if inside:
            return length, _highest(inside) if is_short(name) else tuple(inside)
        if any(place.holds(area) for place in known[name] for area in within):
            return length, within
    return None


def _is_something_else(name: str, rest: str, is_within: bool) -> bool:
    return is_short(name) and (bool(_ROAD.match(rest)) or (not is_within and is_only_within(name)))


def _highest(places: list[Place]) -> tuple[Place, ...]:
    """河北 is the province, not the district of 天津."""
    depth = min(len(set(place) - {""}) for place in places)
    return tuple(place for place in places if len(set(place) - {""}) == depth)


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _simplified(text: str) -> str:
    return _converter().convert(text)
