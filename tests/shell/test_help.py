"""Each page has help in each language, in the reader's words and never as HTML of its own."""

import re

import pytest
from django.test import Client
from django.urls import get_resolver

from home.help import FIRST, FOLDER, LANGUAGES, TOPICS, help_of, topic_of
from home.markup import html_of
from tests.screenshots import PAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_has_a_text_in_every_language(language):
    assert {file.stem for file in (FOLDER / language).glob("*.md")} == set(TOPICS.values())
    for topic in set(TOPICS.values()):
        found = help_of(topic, language)
        assert found.title and len(found.html) > 120, topic


@pytest.mark.parametrize("topic", sorted(set(TOPICS.values())))
def test_the_languages_say_the_same_things(topic):
    shapes = [re.findall(r"<(h\d|li|p)>", help_of(topic, language).html) for language in LANGUAGES]

    assert shapes[0] == shapes[1] == shapes[2]


def test_every_main_page_has_help_of_its_own():
    resolver = get_resolver()
    without = [path for path in PAGES.values() if topic_of(resolver.resolve(path.split("?")[0]).view_name) == FIRST]

    assert without == ["/"]


@pytest.mark.parametrize(
    ("page", "topic"),
    [
        ("tags:list", "tags"),
        ("tags:detail", "tag"),
        ("segments:edit", "rule"),
        ("segments:new-split", "segment"),
        ("data:quarantine-load", "quality"),
        ("customers", "customers"),
        ("personas:customer", "customer"),
        ("admin:index", "home"),
    ],
)
def test_a_page_has_the_help_that_fits_it_best(page, topic):
    assert topic_of(page) == topic


def test_help_comes_in_the_readers_language(analyst):
    client = Client(headers={"accept-language": "zh-hant", "HX-Request": "true"})
    client.force_login(analyst)

    answer = client.get("/help/", {"page": "segments:new"}).content.decode()

    assert "<h2>規則表單</h2>" in answer and "<html" not in answer


def test_the_head_of_a_page_leads_to_its_help(analyst):
    client = Client(headers={"accept-language": "en"})
    client.force_login(analyst)

    head = client.get("/tags/").content.decode()

    assert 'hx-get="/help/?page=tags:list"' in head
    assert "<h2>Tags</h2>" in client.get("/help/?page=tags:list").content.decode()


def test_what_is_written_is_never_html():
    html = html_of("# A <b>\n- one **bold** & `code`\n- two\n\nend *soft*")

    assert html == (
        "<h2>A &lt;b&gt;</h2>\n<ul><li>one <b>bold</b> &amp; <code>code</code></li><li>two</li></ul>\n"
        "<p>end <i>soft</i></p>"
    )
