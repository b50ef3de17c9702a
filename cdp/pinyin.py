"""How Chinese is pronounced. The dictionaries take a third of a second to read: they wait for who asks first."""

from collections.abc import Iterable
from functools import lru_cache


def syllables(text: str) -> list[str]:
    """One for each Chinese sign, without tones; other text stays as it is."""
    from pypinyin import lazy_pinyin

    return lazy_pinyin(text)


def initials(text: str) -> str:
    """The first letter of each syllable: 浙江 → zj."""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))


@lru_cache(maxsize=20_000)
def sounds(name: str) -> tuple[str, ...]:
    """What a name can be found by beside itself: 高价值客户 → gjzkh and gaojiazhikehu. Nothing where it has no
    Chinese sign."""
    if name.isascii():
        return ()
    folded = name.casefold()
    return initials(folded).replace(" ", ""), "".join(syllables(folded)).replace(" ", "")


def rank(query: str, names: Iterable[str]) -> int | None:
    """0 when a name begins with the query, 1 when it has it somewhere, 2 when it sounds like it, else None."""
    wanted = query.casefold()
    folded = [name.casefold() for name in names]
    if any(name.startswith(wanted) for name in folded):
        return 0
    if any(wanted in name for name in folded):
        return 1
    heard = wanted.replace(" ", "")
    if not heard.isascii():
        return None
    return 2 if any(sound.startswith(heard) for name in folded for sound in sounds(name)) else None
