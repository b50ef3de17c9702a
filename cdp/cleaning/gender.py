"""Gender → male, female, unknown."""

from cdp.errors import N_, Problem

_WORDS = {
    "male": ("男", "男性", "男士", "先生", "m", "male", "man", "boy"),
    "female": ("女", "女性", "女士", "小姐", "太太", "f", "female", "woman", "girl"),
    "unknown": ("未知", "保密", "不详", "其他", "其它", "u", "unknown", "secret", "other"),
}
_GENDERS = {word: gender for gender, words in _WORDS.items() for word in words}


def clean_gender(text: str) -> str | Problem:
    if gender := _GENDERS.get(text.lower()):
        return gender
    return Problem(
        (),
        N_("It is not clear which gender this means"),
        N_('Say it in the mapping, for example "values": {"0": "male", "1": "female"}'),
    )
