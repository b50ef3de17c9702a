"""How Chinese is pronounced. The dictionaries take a third of a second to read: they wait for who asks first."""


def syllables(text: str) -> list[str]:
    """One for each Chinese sign, without tones; other text stays as it is."""
    from pypinyin import lazy_pinyin

    return lazy_pinyin(text)


def initials(text: str) -> str:
    """The first letter of each syllable: 浙江 → zj."""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))
