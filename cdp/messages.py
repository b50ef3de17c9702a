"""The translations as files: extract every marked text, keep the catalogues in order, compile them.

Pure Python through Babel, because a machine that only has Python has no GNU gettext.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import templatize
from django.utils.translation.reloader import translation_file_changed

ROOTS = ("cdp", "tags", "segments", "home", "templates")
LANGUAGES = ("zh_Hans", "zh_Hant")
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def catalogue_file(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def source_messages() -> Catalog:
    """Every text marked in our Python files and templates."""
    found = Catalog(fuzzy=False)
    for file in _source_files():
        for _line, message, comments, context in marked_texts(file):
            found.add(message, auto_comments=comments, context=context)
    return found


def _source_files() -> Iterator[Path]:
    for root in ROOTS:
        for file in sorted((Path(settings.BASE_DIR) / root).rglob("*")):
            if file.suffix in (".py", ".html", ".txt") and "migrations" not in file.parts:
                yield file


def marked_texts(file: Path) -> Iterator[tuple]:
    """(line, message or its forms, comments, context) of every text marked in a Python file or template."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        # Indentation means nothing in a template, but the reader of Python texts would trip over it.
        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(file)).splitlines())
    yield from extract("python", BytesIO(text.encode()), keywords=KEYWORDS, comment_tags=("Translators",))


def read_catalogue(language: str) -> Catalog:
    file = catalogue_file(language)
    if not file.exists():
        return Catalog(locale=language, domain="django", fuzzy=False)
    with file.open("rb") as stream:
        return read_po(stream, locale=language, domain="django")


def missing_messages(language: str) -> list[str]:
    """Texts marked in the source that the language has no translation of."""
    catalogue = read_catalogue(language)
    missing = []
    for message in source_messages():
        if not message.id:
            continue
        known = catalogue.get(_singular(message.id), message.context)
        if known is None or not all(_strings(known.string)) or known.fuzzy:
            missing.append(_singular(message.id))
    return sorted(missing)


def _singular(message_id: str | Sequence[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def _strings(value: str | Sequence[str] | None) -> tuple[str, ...]:
    return (value or "",) if isinstance(value, str | None) else tuple(value)


def update_catalogue(language: str) -> Catalog:
    """Add new texts with an empty translation; keep all others (third-party texts are kept by hand)."""
    catalogue = read_catalogue(language)
    for message in source_messages():
        if message.id and catalogue.get(_singular(message.id), message.context) is None:
            catalogue.add(message.id, context=message.context)
    write_catalogue(language, catalogue)
    return catalogue


def write_catalogue(language: str, catalogue: Catalog) -> None:
    """Sorted, one line a text, no dates and no line numbers, so that two changes rarely meet."""
    file = catalogue_file(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    buffer = BytesIO()
    write_po(buffer, catalogue, width=0, no_location=True, omit_header=True, sort_output=True)
    header = b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    plural = b'"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    file.write_bytes(header + plural + buffer.getvalue())


def compile_catalogues() -> None:
    for language in LANGUAGES:
        target = catalogue_file(language).with_suffix(".mo")
        with target.open("wb") as stream:
            write_mo(stream, read_catalogue(language))
    # What this process has read so far is forgotten: a first start goes on to write texts of its own.
    translation_file_changed(None, Path("django.mo"))
