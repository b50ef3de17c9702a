"""Drafts, publishing, and what is refused."""

import pytest
from django.core.exceptions import PermissionDenied

from cdp.errors import UserError
from tags.models import Tag, TagVersion, VersionState
from tags.services import tag_delete, tag_publish, tag_save
from tests.shop import SPENT, bought, labels, lives_in, tag_make

pytestmark = pytest.mark.django_db


def paths(error):
    return ["/".join(map(str, problem.path)) for problem in error.value.problems]


def test_a_saved_tag_is_a_draft_until_it_is_published(shop, analyst):
    tag = tag_save(
        slug="region",
        kind="labels",
        definition=labels(("east", lives_in("浙江省"))),
        actor=analyst,
        names={"zh-hans": "地区", "en": "region"},
    )
    assert (tag.name_in("en"), tag.owner) == ("region", analyst)
    assert [v.state for v in tag.versions.all()] == [VersionState.DRAFT]
    version = tag_publish(tag=tag, actor=analyst)
    assert (version.number, version.state) == (1, VersionState.PUBLISHED)
    assert version.published_at is not None


def test_a_published_version_never_changes_and_the_next_one_retires_it(shop, analyst):
    first = labels(("east", lives_in("浙江省")))
    tag = tag_make("region", first, analyst)
    tag_save(slug="region", kind="labels", definition=labels(("east", lives_in("江苏省"))), actor=analyst)
    tag_save(slug="region", kind="labels", definition=labels(("east", lives_in("上海市"))), actor=analyst)
    assert [(v.number, v.state) for v in tag.versions.order_by("number")] == [(1, "published"), (2, "draft")]
    tag_publish(tag=tag, actor=analyst)
    old, new = tag.versions.order_by("number")
    assert (old.state, old.definition) == (VersionState.RETIRED, first)
    assert (new.state, new.definition) == (VersionState.PUBLISHED, labels(("east", lives_in("上海市"))))


def test_saving_what_is_in_force_makes_no_draft(shop, analyst):
    tag = tag_make("region", labels(("east", lives_in("浙江省"))), analyst)
    tag_save(slug="region", kind="labels", definition=labels(("east", lives_in("浙江省"))), actor=analyst)
    assert tag.versions.count() == 1
    assert tag_publish(tag=tag, actor=analyst).number == 1


def test_every_problem_is_told_at_once_with_its_place(shop, analyst):
    definition = labels(("a", {"attribute": "provinz", "op": "is", "value": "x"}), ("b", {"event": "buy"}))
    with pytest.raises(UserError) as error:
        tag_save(slug="region", kind="labels", definition=definition, actor=analyst)
    assert paths(error) == ["layers/0/when/attribute", "layers/1/when/event"]
    assert not Tag.objects.exists()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"slug": "no spaces"}, "slug"),
        ({"slug": "x" * 65}, "slug"),
        ({"kind": "magic"}, "kind"),
        ({"schedule": "often"}, "schedule"),
        ({"empty_policy": "guess"}, "empty_policy"),
        ({"sensitivity": "secret"}, "sensitivity"),
        ({"definition": {"v": 1, "layers": []}}, "layers"),
    ],
)
def test_what_cannot_be_saved(shop, analyst, change, path):
    given = {"slug": "region", "kind": "labels", "definition": labels(("east", lives_in("浙江省")))} | change
    with pytest.raises(UserError) as error:
        tag_save(**given, actor=analyst)
    assert paths(error) == [path]


def test_a_published_tag_keeps_its_kind(shop, analyst):
    tag_make("region", labels(("east", lives_in("浙江省"))), analyst)
    with pytest.raises(UserError) as error:
        tag_save(slug="region", kind="measure", definition={"v": 1, "measure": SPENT}, actor=analyst)
    assert paths(error) == ["kind"]


def test_only_who_may_edit_tags_saves_and_publishes(shop, analyst, django_user_model):
    visitor = django_user_model.objects.create_user("visitor", is_staff=True)
    tag = tag_make("region", labels(("east", lives_in("浙江省"))), analyst)
    with pytest.raises(PermissionDenied):
        tag_save(slug="region", kind="labels", definition=labels(("w", bought())), actor=visitor)
    with pytest.raises(PermissionDenied):
        tag_publish(tag=tag, actor=visitor)


def test_a_tag_cannot_be_built_from_itself(shop, analyst):
    tag_make("a", labels(("x", bought())), analyst)
    tag_make("b", labels(("x", {"tag": "a", "op": "is", "value": "x"})), analyst)
    tag_make("c", labels(("x", {"tag": "b", "op": "is", "value": "x"})), analyst)
    with pytest.raises(UserError) as error:
        tag_save(slug="a", kind="labels", definition=labels(("x", {"tag": "c", "op": "exists"})), actor=analyst)
    assert error.value.problems[0].params == {"way": "a → c → b → a"}
    assert TagVersion.objects.filter(tag__slug="a").count() == 1


def test_a_cycle_that_came_about_after_saving_is_refused_when_publishing(shop, analyst):
    a = tag_make("a", labels(("x", bought())), analyst)
    tag_make("b", labels(("x", bought())), analyst)
    tag_save(slug="a", kind="labels", definition=labels(("x", {"tag": "b", "op": "exists"})), actor=analyst)
    tag_make("b", labels(("x", {"tag": "a", "op": "exists"})), analyst)
    with pytest.raises(UserError) as error:
        tag_publish(tag=a, actor=analyst)
    assert error.value.problems[0].params == {"way": "a → b → a"}


def test_a_tag_others_are_built_on_is_not_deleted(shop, analyst):
    a = tag_make("a", labels(("x", bought())), analyst)
    b = tag_make("b", labels(("x", {"tag": "a", "op": "exists"})), analyst)
    with pytest.raises(UserError, match="used by b"):
        tag_delete(tag=a, actor=analyst)
    tag_delete(tag=b, actor=analyst)
    tag_delete(tag=a, actor=analyst)
    assert not Tag.objects.exists()
