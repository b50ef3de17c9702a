"""An entry of the playbook as a row."""

from tags.forms import LANGUAGES

from ..playbook.models import TEXTS, Play
from .choices import NO, YES

OWN = ("slug", "name_zh_hans", "name_zh_hant", "name_en", "field", "value", "direction", "tgi")
# Between the codes of a cell that has several.
SEPARATOR = ","


def column_of(name: str, language: str) -> str:
    return f"{name}_{language.replace('-', '_')}"


def play_row(play: Play) -> dict[str, str]:
    texts = {column_of(name, one): play.texts.get(name, {}).get(one, "") for name in TEXTS for one in LANGUAGES}
    return {
        **{column: str(getattr(play, column)) for column in OWN},
        **texts,
        "segment": play.segment.slug if play.segment else "",
        "channels": SEPARATOR.join(play.channels),
        "owner": play.owner.username if play.owner else "",
        "is_on": YES if play.is_on else NO,
    }
