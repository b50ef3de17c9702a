"""The pages of versions: nothing is published before somebody has seen what it does."""

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from segments.models import Segment
from segments.services import segment_save
from tags.models import Tag, TagRun
from tags.services import tag_save
from tests.shop import labels, lives_in, tag_make

pytestmark = pytest.mark.django_db

EAST = labels(("east", lives_in("浙江省")), rest="other")
WIDER = labels(("east", lives_in("浙江省", "江苏省")), rest="other")


@pytest.fixture
def page(analyst):
    client = Client(headers={"accept-language": "en"})
    client.force_login(analyst)
    return client


@pytest.fixture
def region(shop, analyst):
    """Two in Zhejiang, twelve in Jiangsu; region says east of the two. A draft is waiting that says it of all."""
    shop.people(2, "浙江省")
    for customer in shop.people(12, "江苏省"):
        shop.identify(customer, phone=f"+8613800{customer:06d}")
    tag_make("region", EAST, analyst, names={"en": "Region"})
    segment_save(
        slug="east", rule={"tag": "region", "op": "is", "value": "east"}, actor=analyst, names={"en": "East"}
    )
    call_command("refresh")
    return tag_save(slug="region", kind="labels", definition=WIDER, actor=analyst, names={"en": "Region"})


def address(name, *more, slug="region", app="tags"):
    return reverse(f"{app}:{name}", args=[slug, *more])


def seal(text):
    return text.split('name="seal" value="')[1].split('"')[0]


def test_the_preview_shows_counts_examples_and_what_is_built_on_it(page, region):
    shown = page.get(address("publish")).content.decode()
    assert "Version 1 → version 2" in shown
    assert "<mark>" in shown and address("effects") in shown
    assert "<button" not in shown.split('class="qb-diff"')[1].split("</main>")[0]
    effects = page.get(address("effects")).content.decode()
    assert "Would change value" in effects
    east = effects.split("<b>East</b>")[1].split("</tr>")[0]
    assert ">2</td>" in east and ">14</td>" in east and "+12" in east
    by_value = effects.split("<b>east</b>")[1].split("</tr>")[0]
    assert "+12" in by_value
    assert Tag.objects.get().versions.get(state="published").number == 1


def test_examples_are_at_most_ten_and_masked_for_who_may_not_see_them(page, region, analyst, django_user_model):
    tag_save(slug="region", kind="labels", definition=labels(("east", lives_in("江苏省"))), actor=analyst)
    clear = page.get(address("effects")).content.decode()
    leaving, moving = clear.split("Would leave</h2>")[1].split("Would change value</h2>")
    assert "2 of 2" in leaving and "10 of 12" in moving
    assert "Nobody." in clear.split("Would enter</h2>")[1].split("Would leave</h2>")[0]
    tag_make("empty", labels(("x", lives_in("nowhere"))), analyst)
    tag_save(slug="empty", kind="labels", definition=labels(("x", lives_in("江苏省"))), actor=analyst)
    shown = page.get(address("effects", slug="empty")).content.decode()
    assert "10 of 12" in shown and shown.count('href="/customers/') == 10 and "+8613800" in shown
    editor = django_user_model.objects.create_user("editor", is_staff=True)
    editor.user_permissions.add(Permission.objects.get(codename="edit_tags"))
    other = Client(headers={"accept-language": "en"})
    other.force_login(editor)
    shown = other.get(address("effects", slug="empty")).content.decode()
    assert "10 of 12" in shown and "+8613800" not in shown


def test_publishing_what_was_looked_at_puts_it_in_force(page, region, django_capture_on_commit_callbacks):
    mark = seal(page.get(address("effects")).content.decode())
    with django_capture_on_commit_callbacks(execute=True):
        answer = page.post(address("publish"), {"seal": mark})
    assert answer["location"] == address("detail")
    assert Tag.objects.get().versions.get(state="published").number == 2
    assert TagRun.objects.first().matched == 14


def test_a_draft_changed_after_it_was_looked_at_is_not_published(page, region, analyst):
    mark = seal(page.get(address("effects")).content.decode())
    tag_save(slug="region", kind="labels", definition=labels(("a", lives_in("海南省"))), actor=analyst)
    answer = page.post(address("publish"), {"seal": mark}, follow=True).content.decode()
    assert "The draft has changed since you looked at it." in answer
    assert Tag.objects.get().versions.get(state="published").number == 1


def test_a_draft_that_cannot_be_computed_has_no_button(page, region, analyst):
    Segment.objects.filter(slug="east").update(bitmap=None)
    definition = labels(("x", {"all": [lives_in("江苏省"), {"tag": "base", "op": "exists"}]}))
    tag_make("base", labels(("x", lives_in("浙江省"))), analyst)
    tag_save(slug="region", kind="labels", definition=definition, actor=analyst)
    shown = page.get(address("effects")).content.decode()
    assert "has not been computed yet" in shown and "<button" not in shown


def test_the_versions_are_listed_with_what_changed_and_one_comes_back(page, region, analyst):
    mark = seal(page.get(address("effects")).content.decode())
    page.post(address("publish"), {"seal": mark})
    shown = page.get(address("versions")).content.decode()
    second, first = shown.split("Version 2</h2>")[1].split("Version 1</h2>")
    assert 'class="is-gone"' in second and "<mark>" in second and 'class="is-same"' in second
    assert 'class="is-new"' in first and "Restore as a draft" in first and "Restore" not in second
    answer = page.post(address("restore", 1))
    assert answer["location"] == address("publish")
    assert Tag.objects.get().versions.get(state="draft").definition == EAST


def test_without_the_permission_versions_are_read_but_nothing_is_published(region, django_user_model):
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    client = Client(headers={"accept-language": "en"})
    client.force_login(reader)
    assert "What it changes" not in client.get(address("versions")).content.decode()
    for answer in (
        client.get(address("publish")),
        client.get(address("effects")),
        client.post(address("restore", 1)),
    ):
        assert answer.status_code == 403


def form(**changes):
    return {
        "names.en": "East",
        "rule.join": "all",
        "rule.items.0.type": "attribute",
        "rule.items.0.attribute": "province",
        "rule.items.0.op": "in",
        "rule.items.0.value.many[]": ["江苏省"],
        **changes,
    }


def test_a_changed_rule_of_a_segment_is_looked_at_before_it_takes_effect(
    page, region, django_capture_on_commit_callbacks
):
    east = {"slug": "east", "app": "segments"}
    answer = page.post(address("edit", **east), form())
    assert answer["location"] == address("publish", **east)
    segment = Segment.objects.get()
    assert (segment.version, segment.definition["tag"]) == (1, "region")
    assert "a draft is waiting" in page.get(address("detail", **east)).content.decode()
    assert "江苏省" in page.get(address("edit", **east)).content.decode()
    assert "Version 1 → version 2" in page.get(address("publish", **east)).content.decode()
    effects = page.get(address("effects", **east)).content.decode()
    assert "10 of 12" in effects and "2 of 2" in effects
    with django_capture_on_commit_callbacks(execute=True):
        page.post(address("publish", **east), {"seal": seal(effects)})
    segment = Segment.objects.get()
    assert (segment.version, segment.count) == (2, 12)
    page.post(address("restore", 1, **east))
    assert "Version 2 → version 3" in page.get(address("publish", **east)).content.decode()
    assert page.get(address("versions", **east)).content.decode().count("</h2>") >= 3
