"""What stands beside a tag or segment: its lineage, what changed between versions, and comments."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from segments.activation.models import Webhook
from segments.models import Segment
from segments.personas.services import persona_create
from segments.services import segment_save
from tags.dependencies import SEGMENT, TAG, Ref
from tags.lineage import lineage_of
from tags.lineage_picture import cut, picture_of
from tags.models import Tag
from tags.services import tag_delete, tag_save
from tags.teamwork.models import Comment
from tests.shop import SPENT, bought, labels, lives_in, tag_make

pytestmark = pytest.mark.django_db
EAST = labels(("east", lives_in("浙江省")))


@pytest.fixture
def page(analyst):
    return page_of(analyst)


@pytest.fixture
def reader(django_user_model):
    return django_user_model.objects.create_user("reader", is_staff=True, first_name="Rui")


def page_of(person):
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


@pytest.fixture
def chain(shop, analyst):
    """province → region → east → a persona and a webhook; purchase → spent → rich, which needs east too."""
    tag_make("region", EAST, analyst, names={"en": "Region"})
    segment_save(
        slug="east", rule={"tag": "region", "op": "is", "value": "east"}, actor=analyst, names={"en": "East"}
    )
    tag_make("spent", {"v": 1, "measure": SPENT}, analyst, names={"en": "Spent"})
    rule = {"all": [{"tag": "spent", "op": ">=", "value": 100}, {"segment": "east"}]}
    tag_make("rich", labels(("yes", rule)), analyst, names={"en": "Rich"})
    persona_create(segment=Segment.objects.get(), name="Faces", description="", language="en", actor=analyst)
    Webhook.objects.create(name="Mail", url="https://x", about=[{"kind": "segment", "slug": "east", "value": ""}])


def steps(viewer, ref):
    with translation.override("en"):
        return {thing.name: thing.step for thing in lineage_of(viewer, ref).things}


def test_the_lineage_holds_all_that_leads_to_it_and_from_it(chain, analyst):
    assert steps(analyst, Ref(SEGMENT, "east")) == {
        "Province": -2,
        "Region": -1,
        "East": 0,
        "Rich": 1,
        "Faces": 1,
        "Mail": 1,
    }
    assert steps(analyst, Ref(TAG, "rich")) == {
        "Province": -3,
        "Region": -2,
        "Purchase": -2,
        "East": -1,
        "Spent": -1,
        "Rich": 0,
    }


def test_who_may_not_see_webhooks_sees_none_in_a_lineage(chain, reader):
    assert "Mail" not in steps(reader, Ref(SEGMENT, "east"))
    assert "Mail" not in page_of(reader).get(reverse("segments:detail", args=["east"])).content.decode()


def test_the_picture_has_a_link_for_each_box_and_a_line_for_each_link(chain, page, analyst):
    lineage = lineage_of(analyst, Ref(SEGMENT, "east"))
    picture = picture_of(lineage)
    assert len(picture.boxes) == 6 and len(picture.lines) == len(lineage.links) == 5
    spots = {(box.x, box.y) for box in picture.boxes}
    assert len(spots) == 6 and max(box.x for box in picture.boxes) + 168 <= picture.width
    text = page.get(reverse("segments:lineage", args=["east"])).content.decode()
    svg = text.split("<svg class=")[1].split("</svg>")[0]
    assert 'href="/tags/region/"' in svg and "Tag: Region" in svg and svg.count("<a ") == 5
    assert "it is built from this, through others" in text.split("<table")[1]


@pytest.mark.parametrize(("text", "kept"), [("高价值沉睡客户", "高价值沉睡…"), ("Region", "Region")])
def test_long_names_are_cut_by_their_width(text, kept):
    assert cut(text, 12) == kept


def test_a_lineage_asks_as_often_for_many_as_for_few(chain, page, analyst, django_assert_num_queries):
    address = reverse("tags:lineage", args=["region"])
    page.get(address)
    with django_assert_num_queries(17):
        page.get(address)
    for number in range(8):
        rule = {"tag": "region", "op": "is", "value": "east"}
        segment_save(slug=f"more{number}", rule=rule, actor=analyst)
    with django_assert_num_queries(17):
        assert "more7" in page.get(address).content.decode()


def versions(page, slug="region", app="tags"):
    return " ".join(
        page.get(reverse(f"{app}:versions", args=[slug])).content.decode().split("qc-changes")[1].split()
    )


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (labels(("east", lives_in("浙江省", "江苏省"))), ["Changed", "<b>east</b>", "before: "]),
        (labels(("east", {"all": [lives_in("浙江省"), bought()]})), ["Added", "<b>east</b> — "]),
        (labels(("east", lives_in("浙江省")), ("buyer", bought())), ["Added", "<b>buyer</b>"]),
        (labels(("buyer", bought())), ["Removed", "<b>east</b>", "Added", "<b>buyer</b>"]),
        (labels(("east", lives_in("浙江省")), rest="other"), ["Everyone else is now: other."]),
    ],
)
def test_a_version_says_in_sentences_what_is_different(chain, page, analyst, after, said):
    tag_save(slug="region", kind="labels", definition=after, actor=analyst, names={"en": "Region"})
    text = versions(page)
    assert all(part in text for part in said)
    assert "{" not in text.split("</ul>")[0]


def test_conditions_in_another_order_are_no_change(shop, page, analyst):
    both = [lives_in("浙江省"), bought()]
    segment_save(slug="both", rule={"all": both}, actor=analyst)
    segment_save(slug="both", rule={"all": both[::-1]}, actor=analyst)
    assert "qc-changes" not in page.get(reverse("segments:versions", args=["both"])).content.decode()
    segment_save(slug="both", rule={"any": both}, actor=analyst)
    assert "One condition is enough now; before, all had to hold." in versions(page, "both", "segments")


def test_anyone_who_sees_a_tag_writes_and_only_the_author_edits_and_deletes(chain, page, reader):
    theirs = page_of(reader)
    theirs.post(reverse("tags:comment", args=["region"]), {"text": "Why not <b>Jiangsu</b>?"})
    comment = Comment.objects.get()
    shown = page.get(reverse("tags:detail", args=["region"])).content.decode()
    assert "Why not &lt;b&gt;Jiangsu&lt;/b&gt;?" in shown and "Rui" in shown
    change = reverse("tags:comment-change", args=["region", comment.pk])
    assert page.post(change, {"text": "mine now"}).status_code == 403
    assert page.post(change, {"delete": "1"}).status_code == 403
    assert (
        page.post(reverse("segments:comment-change", args=["east", comment.pk]), {"text": "x"}).status_code == 404
    )
    assert theirs.post(change, {"text": "And Jiangsu?"}).url.endswith("#comments")
    comment.refresh_from_db()
    assert comment.text == "And Jiangsu?" and comment.edited_at
    theirs.post(change, {"delete": "1"})
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"), [("  ", "Write something first."), ("x" * 2001, "A comment has at most 2000 characters")]
)
def test_a_comment_says_something_and_not_too_much(chain, page, text, said):
    answer = page.post(reverse("segments:comment", args=["east"]), {"text": text}, follow=True)
    assert said in answer.content.decode() and not Comment.objects.exists()


def test_nobody_signed_out_comments_and_a_deleted_tag_leaves_none(chain, page, analyst):
    assert Client().post(reverse("tags:comment", args=["rich"]), {"text": "x"}).status_code == 302
    assert page.post(reverse("tags:comment", args=["nothing"]), {"text": "x"}).status_code == 404
    page.post(reverse("tags:comment", args=["rich"]), {"text": "x"})
    assert Comment.objects.count() == 1
    tag_delete(tag=Tag.objects.get(slug="rich"), actor=analyst)
    assert not Comment.objects.exists()
