"""Texts made comparable, one function a role. Each takes a distinct text and gives None when it says nothing."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from zoneinfo import ZoneInfo

from cdp import pinyin
from cdp.cleaning.gender import clean_gender
from cdp.cleaning.text import MISSING, normal
from cdp.cleaning.times import clean_wall_time
from cdp.errors import Problem

NOTHING = MISSING | frozenset(
    [
        "unknown",
        "unk",
        "none",
        "test",
        "x",
        "xx",
        "xxx",
        "?",
        "未知",
        "不详",
        "不詳",
        "保密",
        "tbd",
        "nil",
        "missing",
    ]
)
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_SIGNS = re.compile(r"[^\w\s]|_")
_NOT_WORD = re.compile(r"[\W_]+")
_TITLES = frozenset(["mr", "mrs", "ms", "miss", "dr", "prof", "sir", "madam", "先生", "女士", "小姐", "太太"])
_CHINESE_TITLES = re.compile(r"(先生|女士|小姐|太太)$")
_COMPOUND = frozenset(
    [
        "欧阳",
        "太史",
        "端木",
        "上官",
        "司马",
        "东方",
        "独孤",
        "南宫",
        "万俟",
        "闻人",
        "夏侯",
        "诸葛",
        "尉迟",
        "公羊",
        "赫连",
        "澹台",
        "皇甫",
        "宗政",
        "濮阳",
        "公冶",
        "太叔",
        "申屠",
        "公孙",
        "慕容",
        "仲孙",
        "钟离",
        "长孙",
        "宇文",
        "司徒",
        "鲜于",
        "司空",
        "令狐",
    ]
)
_DIGITS = re.compile(r"\d+")
_UTC = ZoneInfo("UTC")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_WORDY = re.compile(r"(\d{1,2})[\s./-]+([a-z]{3})[a-z]*[\s.,/-]+(\d{4})|([a-z]{3})[a-z]*\s+(\d{1,2}),?\s+(\d{4})")
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_NUMERALS = str.maketrans("零〇一二三四五六七八九", "00123456789")
_FULLWIDTH_UNITS = re.compile(r"(号楼|幢|栋|座)")


def text(value: str) -> str | None:
    """Small letters without accents and signs, words apart by one space; Chinese simplified, without spaces."""
    bare = normal(value).casefold()
    if bare in NOTHING:
        return None
    bare = _without_accents(bare)
    if _CHINESE.search(bare):
        bare = re.sub(r"(?<=[\u3400-\u9fff]) +| +(?=[\u3400-\u9fff])", "", _simplified(bare))
    return " ".join(_SIGNS.sub(" ", bare.replace("'", "").replace("’", "")).split()) or None


def name(value: str) -> str | None:
    """A name or a part of it, titles left out. “Last, First” is turned round."""
    if "," in value:
        last, _comma, first = value.partition(",")
        value = f"{first} {last}"
    found = text(value)
    if found is None:
        return None
    words = [word for word in found.split() if word not in _TITLES]
    return _CHINESE_TITLES.sub("", " ".join(words)) or None


def sound(value: str) -> str:
    """Latin letters of a clean name: pinyin for Chinese, the surname first and apart."""
    if not _CHINESE.search(value):
        return value
    bare = value.replace(" ", "")
    cut = 2 if bare[:2] in _COMPOUND else 1
    parts = ("".join(pinyin.syllables(part)) for part in (bare[:cut], bare[cut:]) if part)
    return " ".join(parts).replace("ü", "v").lower()


def part_sound(value: str) -> str:
    """The same of a given name or a surname alone, in one word."""
    if not _CHINESE.search(value):
        return value.replace(" ", "")
    return "".join(pinyin.syllables(value.replace(" ", ""))).replace("ü", "v").lower()


def letter_sound(value: str) -> str:
    """Pinyin sign by sign: the engine compares bytes, and signs that look nothing alike share some of those."""
    if not _CHINESE.search(value):
        return value
    return "".join(_syllable(sign) for sign in value)


@cache
def _syllable(sign: str) -> str:
    return "".join(pinyin.syllables(sign)).lower() if _CHINESE.match(sign) else sign


def slug(value: str) -> str:
    """A header as small Latin letters and digits."""
    heard = letter_sound(normal(value).casefold())
    return re.sub(r"[^a-z0-9]", lambda sign: "_" if sign[0].isascii() else f"{ord(sign[0]):x}", heard)


def letters(value: str) -> str:
    """The letters in the order of the alphabet: the same for any order of words and any spacing."""
    return "".join(sorted(value.replace(" ", "")))


def sorted_sound(value: str) -> str:
    return letters(sound(value))


def ends(value: str) -> str:
    """The first and the last word: middle names come and go."""
    words = sound(value).split()
    return f"{words[0]} {words[-1]}"


def birthday(value: str) -> str | None:
    """YYYYMMDD where it is a date, else the digits there are."""
    bare = normal(value).casefold()
    if bare in NOTHING:
        return None
    if (found := _wordy(bare)) or (found := _day_first(bare)):
        return found
    stamp = clean_wall_time(bare, _UTC)
    if not isinstance(stamp, Problem):
        return f"{stamp:%Y%m%d}"
    return "".join(_DIGITS.findall(bare)) or None


def _wordy(bare: str) -> str | None:
    if not (match := _WORDY.search(bare)):
        return None
    day, month, year = (match[1], match[2], match[3]) if match[1] else (match[5], match[4], match[6])
    number = _MONTHS.get(month)
    return f"{year}{number:02}{int(day):02}" if number else None


def _day_first(bare: str) -> str | None:
    """Day and month as written; where both orders are possible, a swap is one of the ways dates may agree."""
    if not (match := _DAY_FIRST.fullmatch(bare.split(" ")[0])):
        return None
    first, second, year = int(match[1]), int(match[2]), match[3]
    day, month = (first, second) if second <= 12 else (second, first)
    return f"{year}{month:02}{day:02}"


def digits(value: str) -> str | None:
    found = "".join(_DIGITS.findall(normal(value)))
    return found or None


def number(value: str) -> str | None:
    bare = normal(value)
    return None if bare.casefold() in NOTHING else re.sub(r"\.0+$", "", bare)


def phone(value: str) -> str | None:
    """The national digits, asterisks kept; what is too short or all one digit says nothing."""
    bare = re.sub(r"\.0+$", "", normal(value))
    kept = re.sub(r"[^\d*+]", "", bare)
    kept = re.sub(r"^(?:\+86|0086|86(?=1[3-9]))", "", kept).lstrip("+")
    known = kept.replace("*", "")
    return kept if len(known) >= 5 and len(set(known)) > 1 else None


def email(value: str) -> str | None:
    bare = normal(value).casefold().replace(" ", "")
    return bare if "@" in bare and len(bare) > 4 else None


def local(value: str) -> str:
    return _NOT_WORD.sub("", value.split("@")[0])


def local_digits(value: str) -> str | None:
    return digits(value.split("@")[0])


def code(value: str) -> str | None:
    """An identifier: letters and digits alone. One digit repeated, as in 0000, says nothing."""
    bare = re.sub(r"\.0+$", "", normal(value)).casefold()
    if bare in NOTHING:
        return None
    kept = _NOT_WORD.sub("", bare)
    return kept if len(set(kept)) > 1 else None


def gender(value: str) -> str | None:
    found = clean_gender(normal(value))
    return None if isinstance(found, Problem) or found == "unknown" else found


def address(value: str) -> str | None:
    found = text(value)
    if found is None or not _CHINESE.search(found):
        return found
    return _FULLWIDTH_UNITS.sub("栋", found.replace(" ", "")).translate(_NUMERALS)


def place(value: str) -> str | None:
    """A city or province, without the word for what it is."""
    found = text(value)
    if found is None or not _CHINESE.search(found):
        return found
    return re.sub(r"(?<=..)(?:壮族|回族|维吾尔)?(?:特别行政区|自治区|自治州|地区|省|市|区|县|盟)$", "", found)


@cache
def _converter() -> Callable[[str], str]:
    from opencc import OpenCC

    return OpenCC("t2s").convert


def _simplified(value: str) -> str:
    return _converter()(value)


def _without_accents(value: str) -> str:
    if value.isascii():
        return value
    apart = unicodedata.normalize("NFD", value)
    return unicodedata.normalize("NFC", "".join(c for c in apart if unicodedata.category(c) != "Mn"))
