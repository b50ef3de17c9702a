"""Changing with approval: asked for, looked at, approved or returned; and no way round it."""

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from tablib import Dataset

from cdp.access.viewer import SYSTEM
from cdp.errors import UserError
from segments.models import Segment
from segments.resources import SegmentResource
from segments.services import segment_retire, segment_save
from segments.versions import segment_publish
from tags.models import Category, Tag, TagVersion
from tags.resources import TagResource
from tags.services import tag_describe, tag_publish, tag_retire, tag_save
from tags.teamwork.approval import approval_ask, approval_give, approval_return
from tags.teamwork.models import ApprovalRequest, ApprovalRule
from tags.teamwork.rules import approval_rule_add
from tags.versions import draft_of, seal_of
from tests.shop import labels, lives_in, tag_make
from tests.tags.test_views import form

pytestmark = pytest.mark.django_db
EAST = labels(("east", lives_in("浙江省")))
WIDER = labels(("east", lives_in("浙江省", "江苏省")))


@pytest.fixture
def people(django_user_model):
    """Mei changes tags and segments; Head and Data approve, and may change nothing themselves."""
    made = {name: django_user_model.objects.create_user(name, is_staff=True) for name in ("mei", "head", "data")}
    made["mei"].user_permissions.set(
        Permission.objects.filter(codename__in=["edit_tags", "edit_segments", "export_customers"])
    )
    return made


@pytest.fixture
def pages(people):
    found = {}
    for name, person in people.items():
        found[name] = Client(headers={"accept-language": "en"})
        found[name].force_login(person)
    return found


@pytest.fixture
def value(shop, people):
    """A tag of the category value, in force; Head approves of that category. A wider draft of Mei's is waiting."""
    shop.people(2, "浙江省")
    shop.people(3, "江苏省")
    category = Category.objects.get_or_create(slug="value", defaults={"name_en": "Value"})[0]
    tag = tag_make("region", EAST, people["mei"], names={"en": "Region"}, category=category)
    needs("tag", "head", category="value")
    return change(tag, WIDER, people["mei"])


def change(tag, definition, by, **more):
    given = {"category": tag.category, "sensitivity": tag.sensitivity, **more}
    return tag_save(slug=tag.slug, kind="labels", definition=definition, actor=by, names={"en": "Region"}, **given)


def needs(kind, *approvers, category="", sensitivity=""):
    return approval_rule_add(
        kind=kind, category=category, sensitivity=sensitivity, approvers=approvers, actor=SYSTEM
    )


def asked(pages, slug="region", app="tags", **more):
    of = (Tag if app == "tags" else Segment).objects.get(slug=slug)
    sent = {"seal": seal_of(draft_of(of).definition), "text": "The market grew.", **more}
    answer = pages["mei"].post(reverse(f"{app}:publish", args=[slug]), sent)
    return ApprovalRequest.objects.get(state="waiting"), answer


def in_force(slug="region"):
    return TagVersion.objects.get(tag__slug=slug, state="published").definition


def decide(client, request, do, text=""):
    return client.post(reverse("approvals:request", args=[request.pk]), {"do": do, "text": text}, follow=True)


def test_a_draft_is_asked_for_looked_at_and_published_by_the_approver(pages, value):
    effects = pages["mei"].get(reverse("tags:effects", args=["region"])).content.decode()
    assert "Publishing this needs the approval of head." in effects and ">Publish<" not in effects
    request, answer = asked(pages)
    assert answer.url == reverse("approvals:request", args=[request.pk]) and in_force() == EAST
    assert "1 draft waits for your approval" in pages["head"].get("/").content.decode()
    assert "waits for your approval" not in pages["mei"].get("/").content.decode()
    shown = pages["head"].get(answer.url).content.decode()
    assert "The market grew." in shown and "Approve and publish" in shown and "qc-changes" in shown
    effects = pages["head"].get(reverse("approvals:effects", args=[request.pk])).content.decode()
    assert "Would enter" in effects and "<form" not in effects
    assert "Approved and published." in decide(pages["head"], request, "approve", "Good.").content.decode()
    assert in_force() == WIDER
    assert list(request.steps.values_list("what", "by__username")) == [
        ("asked", "mei"),
        ("approved", "head"),
        ("published", "head"),
    ]
    assert "waits for your approval" not in pages["head"].get("/").content.decode()


def test_it_is_returned_with_a_reason_and_the_requester_is_told(pages, value):
    request, _answer = asked(pages)
    assert "Say what should be different" in decide(pages["head"], request, "return", " ").content.decode()
    assert "Returned" in decide(pages["head"], request, "return", "Without Jiangsu.").content.decode()
    assert in_force() == EAST and draft_of(value).definition == WIDER
    assert "1 draft of yours came back with comments" in pages["mei"].get("/").content.decode()
    assert "Without Jiangsu." in pages["mei"].get(reverse("approvals:request", args=[request.pk])).content.decode()
    asked(pages)
    assert "came back with comments" not in pages["mei"].get("/").content.decode()


def test_nobody_approves_what_they_asked_for_or_wrote(pages, people, value):
    needs("tag", "mei", "head", category="value")
    request, _answer = asked(pages)
    assert decide(pages["mei"], request, "approve").status_code == 403
    assert (
        "Approve and publish"
        not in pages["mei"].get(reverse("approvals:request", args=[request.pk])).content.decode()
    )
    request.asked_by = people["data"]
    request.save()
    with pytest.raises(PermissionDenied):
        approval_give(request=request, text="", by=people["mei"])
    assert in_force() == EAST


def test_whoever_is_no_approver_decides_nothing(pages, people, analyst, value):
    request, _answer = asked(pages)
    assert pages["data"].get(reverse("approvals:request", args=[request.pk])).status_code == 403
    for do in ("approve", "return", "withdraw"):
        assert decide(pages["data"], request, do, "x").status_code == 403
    with pytest.raises(PermissionDenied):
        approval_give(request=request, text="", by=analyst)
    with pytest.raises(PermissionDenied):
        approval_return(request=request, text="x", by=analyst)
    assert in_force() == EAST and request.steps.count() == 1


def test_each_rule_that_applies_needs_one_of_its_approvers(pages, people, value):
    needs("tag", "data", sensitivity="normal")
    request, _answer = asked(pages)
    assert "Others have to approve, too." in decide(pages["head"], request, "approve").content.decode()
    assert in_force() == EAST
    assert decide(pages["head"], request, "approve").status_code == 403
    decide(pages["data"], request, "approve")
    assert in_force() == WIDER


def test_what_is_approved_is_what_was_looked_at(pages, people, value):
    request, _answer = asked(pages)
    change(value, labels(("east", lives_in("四川省"))), people["mei"])
    assert "asked for anew" in pages["head"].get(reverse("approvals:request", args=[request.pk])).content.decode()
    assert "Nothing was done." in decide(pages["head"], request, "approve").content.decode()
    assert in_force() == EAST
    with pytest.raises(UserError):
        approval_ask(ref=request, seal=request.seal, text="", by=people["mei"])


def test_what_was_decided_is_not_decided_again(pages, people, value):
    request, _answer = asked(pages)
    decide(pages["mei"], request, "withdraw")
    assert "decided already" in decide(pages["head"], request, "approve").content.decode()
    assert in_force() == EAST


def test_no_other_way_publishes(pages, people, analyst, value):
    """Neither the service, nor a superuser, nor the form, nor a sheet, nor another category or sensitivity."""
    for actor in (people["mei"], people["head"], analyst):
        with pytest.raises((UserError, PermissionDenied)):
            tag_publish(tag=value, actor=actor)
    sheet = TagResource().export(Tag.objects.filter(slug="region"))
    rows = [dict(row, state="published") for row in sheet.dict]
    result = TagResource().import_data(Dataset().load(rows_csv(rows), format="csv"), user=analyst)
    assert result.has_validation_errors() or result.has_errors()
    for escape in ({"category": None}, {"sensitivity": "sensitive", "category": None}):
        with pytest.raises(UserError, match="Only those whose approval"):
            change(value, WIDER, analyst, **escape)
    with pytest.raises(UserError):
        tag_describe(tag=value, actor=people["mei"], category=None)
    with pytest.raises(UserError):
        tag_retire(tag=value, actor=analyst)
    assert in_force() == EAST and Tag.objects.get().category.slug == "value"


def test_what_was_drafted_since_is_not_shown_to_those_who_were_asked_before(pages, people, value):
    request, _answer = asked(pages)
    effects = reverse("approvals:effects", args=[request.pk])
    assert pages["head"].get(effects).status_code == 200
    change(value, labels(("west", lives_in("四川省"))), people["mei"])
    assert pages["head"].get(effects).status_code == 404


def rows_csv(rows):
    data = Dataset(headers=list(rows[0]))
    for row in rows:
        data.append(list(row.values()))
    return data.export("csv")


def test_the_form_of_a_new_tag_keeps_a_draft_where_approval_is_needed(pages, shop, people):
    needs("tag", "head")
    answer = pages["mei"].post(reverse("tags:new"), {**form(), "save": "publish"})
    assert answer.url == reverse("tags:publish", args=["where_from"])
    assert not TagVersion.objects.filter(state="published").exists()


def test_a_segment_waits_for_approval_and_is_in_use_only_then(pages, shop, people, analyst):
    needs("segment", "head")
    with pytest.raises(UserError):
        segment_save(slug="east", rule=lives_in("浙江省"), actor=people["mei"])
    segment = segment_save(slug="east", rule=lives_in("浙江省"), actor=people["mei"], publish=False)
    with pytest.raises(UserError):
        segment_publish(segment=segment, actor=analyst)
    row = {"slug": "east", "kind": "rule", "definition": '{"attribute": "province", "op": "exists"}'}
    assert (
        SegmentResource().import_data(Dataset().load(rows_csv([row]), format="csv"), user=analyst).totals["new"]
        == 0
    )
    listed = pages["mei"].get(reverse("segments:list")).context["list"].rows
    assert [row.state for row in listed] == ["draft"]
    assert pages["mei"].get(reverse("segments:detail", args=["east"])).status_code == 200
    request, _answer = asked(pages, "east", "segments")
    decide(pages["head"], request, "approve")
    segment.refresh_from_db()
    assert segment.definition == lives_in("浙江省") and segment.retired_at is None
    with pytest.raises(UserError):
        segment_retire(segment=segment, actor=analyst)


def test_stewards_and_administrators_say_what_needs_approval(pages, people, analyst, shop):
    address = reverse("approvals:rules")
    assert pages["mei"].get(address).status_code == 403
    assert pages["mei"].post(address, {"kind": "tag", "approvers": ["mei"]}).status_code == 403
    people["data"].user_permissions.add(Permission.objects.get(codename="set_approvals"))
    wrong = pages["data"].post(address, {"kind": "segment", "sensitivity": "sensitive"})
    assert wrong.status_code == 422
    assert all(
        text in wrong.content.decode()
        for text in ("Choose at least one approver.", "Segments have no category and no sensitivity.")
    )
    pages["data"].post(address, {"kind": "tag", "sensitivity": "sensitive", "approvers": ["head", "data"]})
    rule = ApprovalRule.objects.get()
    assert {person.username for person in rule.approvers.all()} == {"head", "data"}
    assert pages["mei"].post(reverse("approvals:rule-delete", args=[rule.pk])).status_code == 403
    pages["data"].post(reverse("approvals:rule-delete", args=[rule.pk]))
    assert not ApprovalRule.objects.exists()


def test_a_rule_whose_approvers_have_gone_lets_nothing_through(people, value, analyst):
    ApprovalRule.objects.get().approvers.clear()
    with pytest.raises(UserError):
        tag_publish(tag=value, actor=analyst)


def test_the_list_of_requests_shows_what_is_mine(pages, value, django_assert_max_num_queries):
    asked(pages)
    with django_assert_max_num_queries(20):
        text = pages["head"].get(reverse("approvals:list")).content.decode()
    assert "Region" in text.split("Asked for by me")[0]
    assert "Region" in pages["mei"].get(reverse("approvals:list")).content.decode().split("Asked for by me")[1]
