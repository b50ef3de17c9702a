"""The provinces, cities and districts of China by their GB/T 2260 names, and what a name can stand for.

The names are facts kept in divisions.txt: `# province`, then a line a city (a prefecture-level one, or the
municipality itself) with its districts, and `=` before those that are directly under the province.
"""

import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

_ENDS = re.compile(r"(?:新区|林区|特区|地区|盟|市|州|县|区|旗|省|特别行政区)$")
# What cities were called until lately, as addresses still have it.
FORMER = {
    "襄樊市": "襄阳市",
    "思茅市": "普洱市",
    "昌都地区": "昌都市",
    "山南地区": "山南市",
    "日喀则地区": "日喀则市",
    "那曲地区": "那曲市",
    "林芝地区": "林芝市",
    "吐鲁番地区": "吐鲁番市",
    "哈密地区": "哈密市",
    "毕节地区": "毕节市",
    "铜仁地区": "铜仁市",
    "海东地区": "海东市",
}
_NATIONS = (
    "壮族|回族|维吾尔族?|蒙古族?|藏族|羌族|彝族|苗族|侗族|瑶族|白族|傣族|水族|土族|畲族|满族|黎族|佤族|怒族|布依族|土家族|朝鲜族"
    "|哈尼族|拉祜族|布朗族|纳西族|景颇族|傈僳族|普米族|独龙族|仡佬族|仫佬族|毛南族|达斡尔族?|鄂温克族|鄂伦春|柯尔克孜族?|哈萨克族?"
    "|塔吉克|锡伯|裕固族|保安族|东乡族|撒拉族|各族"
)
_SELF_GOVERNING = re.compile(rf"(?<=..)(?:{_NATIONS})*自治[区州县旗]$")


class Place(NamedTuple):
    """As far down as it is known; what is not known is "". A city directly under a province is its own district."""

    province: str
    city: str = ""
    district: str = ""

    def holds(self, other: "Place") -> bool:
        """Whether the other is this place or lies in it."""
        return all(mine in ("", theirs) for mine, theirs in zip(self, other, strict=True))


@cache
def places() -> tuple[Place, ...]:
    """Every place there is, a province before its cities, a city before its districts."""
    found: list[Place] = []
    province = ""
    for line in Path(__file__).with_name("divisions.txt").read_text(encoding="utf-8").splitlines():
        mark, *names = line.split()
        if mark == "#":
            province = names[0]
            found.append(Place(province))
        elif mark == "=":
            found += [Place(province, name, name) for name in names]
        else:
            found += [Place(province, mark), *(Place(province, mark, name) for name in names)]
    return tuple(dict.fromkeys(found))


@cache
def meanings() -> dict[str, tuple[Place, ...]]:
    """A name, in full or short → the places it can be."""
    found: dict[str, list[Place]] = defaultdict(list)
    former = {new: old for old, new in FORMER.items()}
    for place in places():
        own = place.district or place.city or place.province
        names = (own, *_short(own), *((former[own], *_short(former[own])) if own in former else ()))
        for name in names:
            if place not in found[name]:
                found[name].append(place)
    return {name: _widest(known) for name, known in found.items()}


def _short(own: str) -> tuple[str, ...]:
    if own == "内蒙古自治区":
        return ("内蒙古", "内蒙")
    stem = _SELF_GOVERNING.sub("", own)
    if own.endswith("自治州"):
        return (stem, f"{stem}州")
    stem = _ENDS.sub("", stem)
    return (stem,) if len(stem) > 1 else ()


def _widest(known: list[Place]) -> tuple[Place, ...]:
    """吉林 is the province before it is the city in it; a municipality is its own city."""
    own = [place for place in known if place.city == place.province and not place.district]
    wide = [place for place in known if not any(other.holds(place) for other in known if other != place)]
    return tuple(own or wide)


@cache
def is_short(name: str) -> bool:
    """Whether it is not the whole name of any place."""
    return not any(name in place for place in meanings()[name])


@cache
def is_only_within(name: str) -> bool:
    """Whether it says nothing alone: 和平 can be a hundred things, and a district only after its city."""
    return is_short(name) and all(
        place.district and not place.district.endswith("市") for place in meanings()[name]
    )
