"""Nobody meets an English text on a Chinese page, whoever wrote the text."""

import ast
import re
from pathlib import Path

import django_celery_beat
import django_celery_results
import import_export
import pytest
import unfold
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import gettext, ngettext, override, pgettext, trans_real

from cdp import messages
from cdp.messages import LANGUAGES, marked_texts, missing_messages

CHINESE = re.compile(r"[\u4e00-\u9fff]")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff”」][,:;?!(]|[,:;?!)][\u4e00-\u9fff“「]")
# Parts of these packages that the product does not use, and texts only developers see.
UNUSED = ("contrib/guardian", "contrib/constance", "contrib/location_field", "contrib/simple_history", "management")
UNUSED += ("contrib/inlines", "overrides.py", "schedulers.py", "checks.py", "migrations", "tests", "contrib/hijack")
PACKAGES = [unfold, import_export, django_celery_beat, django_celery_results]
# Words that are the same in every language.
SAME = {"CSV", "JSON", "Excel", "HTML", "URL", "ID", "UUID", "ETA", "S3"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_ours_is_translated(language):
    assert missing_messages(language) == []


def test_a_text_within_a_formatted_string_is_in_the_catalogues():
    """Where it is read from the code, it is not found there."""
    with (settings.BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po").open("rb") as file:
        known = {text for one in read_po(file) for text in (one.id if isinstance(one.id, tuple) else [one.id])}
    told = {
        text for file in (*ours("cdp"), *ours("tags"), *ours("segments"), *ours("home")) for text in within(file)
    }
    assert len(told) > 5 and told <= known


def ours(app):
    return (settings.BASE_DIR / app).rglob("*.py")


def within(file):
    source = file.read_text()
    if not re.search(r"\{(_|gettext)\(", source):
        return
    parts = (
        part for one in ast.walk(ast.parse(source)) if isinstance(one, ast.JoinedStr) for part in ast.walk(one)
    )
    for call in parts:
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("_", "gettext"):
            yield from (text.value for text in call.args if isinstance(text, ast.Constant))


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_texts_of_the_packages_we_show_are_chinese(language, package):
    with override(language):
        english = sorted({text for text, shown in shown_texts(package) if not CHINESE.search(shown)})
    assert english == []


def shown_texts(package):
    """(text, what a reader sees now) of every marked text a user could meet."""
    for file in sorted(Path(package.__file__).parent.rglob("*")):
        used = not any(part in file.as_posix() for part in UNUSED)
        if used and file.suffix in (".py", ".html", ".txt"):
            for _line, message, _comments, context in marked_texts(file):
                singular = message if isinstance(message, str) else message[0] or ""
                if re.search(r"[a-z]{2}", re.sub(r"%\(\w+\)\w|%\w", "", singular)) and singular not in SAME:
                    yield singular, shown(message, context)


def shown(message, context):
    if not isinstance(message, str):
        return ngettext(*message[:2], 2)
    return pgettext(context, message) if context else gettext(message)


@pytest.mark.parametrize("language", ["zh_Hans", "zh_Hant"])
def test_chinese_texts_have_chinese_punctuation(language):
    """Half-width marks beside Chinese characters, or beside a place that a Chinese text fills."""
    with (settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        texts = [text for message in read_po(file) for text in spellings(message.string)]
    filled = [re.sub(r"%\(\w+\)[sd]|\{\w+\}", "字", text) for text in texts]
    assert [text for text in filled if HALF_WIDTH.search(text)] == []


def spellings(text):
    return [text] if isinstance(text, str) else text


def test_what_was_read_before_compiling_is_read_anew(monkeypatch):
    monkeypatch.setattr(messages, "LANGUAGES", ())
    monkeypatch.setitem(trans_real._translations, "before", object())
    messages.compile_catalogues()
    assert "before" not in trans_real._translations
