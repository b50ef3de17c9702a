"""Attributes and categories of tags say in which part of a persona they are shown."""

import pytest
from django.urls import reverse

from cdp.errors import UserError
from cdp.store.models import Attribute
from cdp.store.services import themes_set
from cdp.store.themes import Theme, theme_guessed
from segments.dashboards.models import Render
from segments.dashboards.services import render_request
from tags.categories import category_save
from tags.services import tag_save
from tests.segments.settled import segment_of
from tests.shop import labels, tag_make
from tests.world import HAN_MEIMEI, LI_LEI, LUCY

BUYER = labels(("yes", {"event": "purchase"}), rest="no")

pytestmark = pytest.mark.usefixtures("settled")


@pytest.mark.parametrize(
    ("slug", "theme"),
    [
        # What panels, WeCom and surveys bring.
        ("interests", Theme.MOVES),
        ("spending_power", Theme.WORTH),
        ("life_stage", None),
        ("city_tier", None),
        ("added_through", Theme.CONNECTS),
        ("wecom_tags", Theme.CONNECTS),
        ("wechat_follows", Theme.CONNECTS),
        ("购买动机", Theme.MOVES),
        ("您最看重什么", Theme.MOVES),
        ("price_sensitivity", Theme.MOVES),
        ("friends_invited", Theme.CONNECTS),
        ("churn_risk", Theme.RISK),
        ("points", Theme.WORTH),
        ("demographics", Theme.WHO),
        ("member_level", None),
    ],
)
def test_a_theme_is_guessed_from_a_short_name(slug, theme):
    assert theme_guessed(slug) == theme


@pytest.fixture
def parts(django_capture_on_commit_callbacks):
    """Part → charts in it, as drawn now."""
    segment = segment_of("friends", {LI_LEI, HAN_MEIMEI, LUCY})

    def draw():
        with django_capture_on_commit_callbacks(execute=True):
            asked = render_request(segment=segment, language="zh-hans")
        content = Render.objects.get(pk=asked.pk).content
        return {one["slug"]: [chart["slug"] for chart in one["charts"]] for one in content["sections"]}

    return draw


def test_an_attribute_is_shown_where_it_is_said_to_be_and_again_elsewhere_when_that_changes(parts):
    before = parts()
    assert "attribute-interests" in before["moves"] and "attribute-subscribed" in before["who"]
    assert themes_set(themes={"subscribed": "risk", "interests": "moves"}) == 1
    after = parts()
    assert list(after) == ["who", "doing", "buying", "moves", "worth", "risk"]
    assert after["risk"] == ["attribute-subscribed"] and "attribute-subscribed" not in after["who"]


def test_tags_are_shown_under_the_theme_of_their_category(parts, analyst, compute):
    category = category_save(slug="risk", actor=analyst, names={"en": "Risk"})
    assert category.theme == Theme.RISK
    tag = tag_make("buyer", BUYER, analyst)
    compute(tag)
    assert parts()["tagged"] == ["tag-buyer"]
    tag_save(slug="buyer", kind=tag.kind, definition=BUYER, category=category, actor=analyst)
    assert parts()["risk"] == ["tag-buyer"]
    category_save(slug="risk", actor=analyst, theme="")
    assert "risk" not in parts()
    with pytest.raises(UserError, match="no such part"):
        category_save(slug="risk", actor=analyst, theme="nowhere")


def test_who_makes_segments_says_where_attributes_are_shown(client, analyst, django_user_model):
    client.force_login(analyst)
    page = client.get(reverse("data:fields")).content.decode()
    assert 'name="theme-interests"' in page and 'name="theme-name"' not in page
    assert client.post(reverse("data:fields-themes"), {"theme-interests": "connects"}).status_code == 302
    assert Attribute.objects.get(slug="interests").theme == Theme.CONNECTS
    told = client.post(reverse("data:fields-themes"), {"theme-interests": "nowhere"}, follow=True)
    assert Attribute.objects.get(slug="interests").theme == Theme.CONNECTS
    assert any("Nothing was changed" in str(m) or "没有" in str(m) for m in told.context["messages"])
    reader = django_user_model.objects.create_user("rea", password="x", is_staff=True)
    client.force_login(reader)
    assert 'name="theme-interests"' not in client.get(reverse("data:fields")).content.decode()
    assert client.post(reverse("data:fields-themes"), {"theme-interests": "who"}).status_code == 403
