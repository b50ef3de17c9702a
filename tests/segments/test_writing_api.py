"""Whatever a form does, `/api/` does, through the same services and for the same people."""

import io
import json
import re
import shlex
from pathlib import Path

import pyarrow as pa
import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from drf_spectacular.generators import SchemaGenerator

import cdp.notices.api
import cdp.notices.urls
import segments.api
import segments.dashboards.maps.api
import segments.dashboards.maps.urls
import segments.editions.api
import segments.editions.urls
import segments.interviews.api
import segments.interviews.urls
import segments.mailing.api
import segments.mailing.urls
import segments.profiles.api
import segments.review.api
import segments.review.urls
import segments.sharing.api
import segments.sharing.urls
import segments.urls
import tags.api
import tags.teamwork.urls
import tags.urls
from segments.models import Segment, SegmentList
from segments.services import list_members
from tags.models import Category, Tag
from tests.shop import labels, lives_in, tag_make

pytestmark = pytest.mark.django_db
BOUGHT = {
    "event": "purchase",
    "measure": {"agg": "count"},
    "window": {"last": 30, "unit": "day"},
    "op": ">=",
    "value": 1,
}
EAST = labels(("east", lives_in("浙江省")))
JSON = "application/json"
# Page → the operation that does the same.
OPERATIONS = {
    "tags": {
        "list": "api-tags",
        "new": "api-tags",
        "detail": "api-tag",
        "edit": "api-tag",
        "live-count": "api-count",
        "why": "api-customer-tag-why",
        "comment": "api-tag-comments",
        "comment-change": "api-tag-comment",
        "entries": "api-tag-entries",
        "entry-remove": "api-tag-entry",
        "suggestion-drop": "api-tag-suggestion",
        **{
            name: f"api-tag-{name}"
            for name in ("favourite", "refresh", "publish", "effects", "versions", "restore")
        },
    },
    "segments": {
        "list": "api-segments",
        "new": "api-segments",
        "new-list": "api-lists",
        "detail": "api-segment",
        "edit": "api-segment",
        "list-report": "api-segment-list",
        "live-count": "api-count",
        "split": "api-split",
        "new-split": "api-segment-splits",
        "combine": "api-segment-combine",
        "combine-count": "api-segment-overlaps",
        "compare": "api-segment-compared",
        "keep": "api-segment-snapshot",
        "similar": "api-segment-similar",
        "similar-search": "api-segment-similar",
        "similar-save": "api-segment-similar-save",
        "packs": "api-packs",
        "pack-install": "api-pack",
        "pack-remove": "api-pack",
        "export": "api-segment-members-csv",
        "download": "api-segment-members-csv",
        "why": "api-customer-segment-why",
        "comment": "api-segment-comments",
        "comment-change": "api-segment-comment",
        **{
            name: f"api-segment-{name}"
            for name in ("favourite", "refresh", "publish", "effects", "versions", "restore")
        },
    },
    "approvals": {
        "list": "api-approvals",
        "request": "api-approval-approve",
        "rules": "api-approval-rules",
        "rule-delete": "api-approval-rule",
    },
    "editions": {
        "list": "api-editions",
        "new": "api-editions",
        "edition": "api-edition",
        "changes": "api-edition-changes",
    },
    "reviews": {
        "list": "api-reviews",
        "new": "api-edition-review",
        "answers": "api-edition-answer",
        "review": "api-review",
        "say": "api-review-comments",
        "decide": "api-review-decisions",
        "owner": "api-review-seal",
        "remark": "api-review-comment",
    },
    "mailings": {
        "list": "api-mailings",
        "new": "api-mailings",
        "mailing": "api-mailing",
        "edit": "api-mailing",
        "do": "api-mailing-send",
    },
    "sharing": {"links": "api-edition-links", "link": "api-edition-link", "revoke": "api-edition-link"},
    "maps": {"own": "api-maps", "decide": "api-map-approve"},
    "interviews": {
        "section": "api-notes-summary",
        "list": "api-notes",
        "new": "api-notes",
        "note": "api-note",
        "edit": "api-note",
        "delete": "api-note",
        "theme-add": "api-themes",
        "theme-delete": "api-theme",
        "decision-add": "api-note-decisions",
        "decision-mark": "api-decision",
    },
    "notices": {
        "chats": "api-chats",
        "chat-new": "api-chats",
        "chat": "api-chat",
        "chat-edit": "api-chat",
        "chat-switch": "api-chat",
        "chat-delete": "api-chat",
        "chat-test": "api-chat-test",
    },
}
# Page → why it needs no operation.
WITHOUT = {
    "catalogue": "a workbook for people; definitions are read one by one",
    "shown": "a sheet of what a list shows",
    "bulk": "one operation for each of many",
    "look": "how one's own page looks",
    "build": "draws a form",
    "values": "completes what is being typed",
    "values-known": "completes what is being typed",
    "regions": "a tree to choose values from",
    "ranges": "shows what numbers there are while one is typed",
    "live-more": "more of the count beside a form",
    "templates": "fills a form in",
    "template-count": "the rule's own count tells the same",
    "lineage": "a picture of what the definitions say",
    "counted": "a note about the number of the segment",
    "similar-count": "the sizes of the search tell it",
    "file": "a file, which its page gives to whoever may see it",
    "live": "tells an open page that something moved",
}
WITHOUT_OF = {
    "sharing": {"shared": "the page behind a link, for people without an account"},
    "notices": {
        **dict.fromkeys(
            ("list", "bell", "latest", "mark-all", "open", "mark"), "what one person was told, and has read"
        ),
        **dict.fromkeys(("choices", "mail-test"), "how one person wants to be told"),
    },
}
URLS = {"tags": tags.urls, "segments": segments.urls, "approvals": tags.teamwork.urls}
URLS |= {"sharing": segments.sharing.urls, "interviews": segments.interviews.urls, "notices": cdp.notices.urls}
URLS |= {"editions": segments.editions.urls, "reviews": segments.review.urls, "mailings": segments.mailing.urls}
APIS = (tags.api, segments.api, segments.editions.api, segments.review.api, segments.mailing.api)
URLS |= {"maps": segments.dashboards.maps.urls}
APIS += (segments.sharing.api, segments.interviews.api, cdp.notices.api, segments.dashboards.maps.api)


def operations():
    """(path, method) → operation, as the schema tells it."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    methods = ("get", "post", "put", "patch", "delete")
    paths = schema["paths"].items()
    return {(path, method): told for path, of in paths for method, told in of.items() if method in methods}


def examples(content):
    return [one for of in content.values() for one in of.get("examples", {})]


def test_the_schema_has_no_warnings_and_tells_of_every_operation_with_an_example():
    reset_generator_stats()
    found = operations()
    assert not GENERATOR_STATS and len(found) > 70
    for place, told in found.items():
        if place[0].startswith("/api/schema"):
            continue
        assert told.get("summary"), place
        good = [of for status, of in told["responses"].items() if status[0] == "2"]
        assert good and examples(good[0].get("content", {})), place
        if place[1] in ("post", "put", "patch") and "requestBody" in told:
            assert examples(told["requestBody"]["content"]), place
    assert len({told["operationId"] for told in found.values()}) == len(found)


@pytest.mark.parametrize("app", OPERATIONS)
def test_each_page_has_its_operation_or_a_reason_for_none(app):
    known = {one.name for api in APIS for one in api.urlpatterns}
    pages = {one.name for one in URLS[app].urlpatterns}
    told = OPERATIONS[app]
    reasons = WITHOUT | WITHOUT_OF.get(app, {})
    assert not {name for name in pages if name not in told and name not in reasons and "effects" not in name}
    assert set(told.values()) <= known and set(told) <= pages


class Api:
    """Somebody at the API: `api.post("tags/", …)` gives the status and the answer."""

    def __init__(self, person, language="en"):
        self.client = Client(headers={"accept-language": language})
        self.client.force_login(person)

    def __getattr__(self, method):
        def ask(path, **sent):
            given = {"data": json.dumps(sent), "content_type": JSON} if method != "get" else {"data": sent}
            answer = getattr(self.client, method)(f"/api/{path}", **given)
            is_json = answer.get("Content-Type", "").startswith(JSON)
            return answer.status_code, answer.json() if is_json else b"".join(answer)

        return ask


def reasons(answer):
    status, told = answer
    return status, {tuple(one["path"]): one["reason"] for one in told["problems"]}


@pytest.fixture
def api(analyst):
    return Api(analyst)


@pytest.fixture
def person(django_user_model):
    def make(name, *permissions):
        one = django_user_model.objects.create_user(name, is_staff=True)
        one.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        return one

    return make


def test_a_tag_from_its_making_to_its_end(shop, api, analyst):
    assert api.post("categories/", slug="place", names={"en": "Place"}, position=7)[0] == 201
    sent = {"names": {"en": "Region"}, "kind": "labels", "definition": EAST, "category": "place", "publish": True}
    assert api.post("tags/", **sent)[1] | {"runs": 1} == {
        "slug": "region",
        "draft": None,
        "published": True,
        "runs": 1,
    }
    changed = {**EAST, "rest": "else"}
    assert api.patch("tags/region/", definition=changed, description="Where")[1]["draft"] == 2
    tag = Tag.objects.get(slug="region")
    assert (tag.name_en, tag.category.slug, tag.description) == ("Region", "place", "Where")
    status, draft = api.get("tags/region/draft/")
    assert (status, draft["number"], draft["approval"]["needed"]) == (200, 2, False)
    assert reasons(api.post("tags/region/draft/publish/", seal="old"))[0] == 422
    assert api.post("tags/region/draft/publish/", seal=draft["seal"])[0] == 200
    newest, first = api.get("tags/region/versions/")[1]
    assert [newest["state"], first["state"]] == ["published", "retired"] and newest["compared_with"] == 1
    assert api.get("tags/region/versions/1/")[1]["definition"] == EAST
    assert api.post("tags/region/versions/1/restore/") == (201, {"draft": 3})
    assert api.patch("categories/place/", position=9)[1]["position"] == 9
    assert api.post("tags/region/refresh/")[0] == 202
    assert api.put("tags/region/favourite/") == api.put("tags/region/favourite/") == (200, {"favourite": True})
    comment = api.post("tags/region/comments/", text="Good")[1]
    assert api.put(f"tags/region/comments/{comment['id']}/", text="Better")[1]["text"] == "Better"
    assert [one["text"] for one in api.get("tags/region/comments/")[1]] == ["Better"]
    assert api.delete(f"tags/region/comments/{comment['id']}/")[0] == 200
    assert api.post("tags/region/retire/") == (200, {"retired": True})
    assert Tag.objects.get(slug="region").retired_at


def test_problems_come_all_at_once_each_with_its_place_in_the_callers_language(shop, analyst):
    bad = labels(("a", {"attribute": "provinz", "op": "exists"}), ("b", {"attribute": "povince", "op": "exists"}))
    sent = {"slug": "bad", "names": {"en": "Bad"}, "kind": "labels", "definition": bad}
    status, told = Api(analyst).post("tags/", **sent)
    places = [one["path"] for one in told["problems"]]
    assert status == 422 and places == [["layers", 0, "when", "attribute"], ["layers", 1, "when", "attribute"]]
    assert "province" in told["problems"][0]["fix"]
    told = Api(analyst, "zh-hans").post("tags/", **sent)[1]["problems"][0]
    assert "provinz" in told["reason"] and "属性" in told["reason"]
    wrong = reasons(Api(analyst).post("tags/", names={"en": "X"}, kind="magic", valid_days=0))[1]
    assert set(wrong) == {("kind",), ("valid_days",)}
    assert not Tag.objects.exists()


def test_a_posted_rule_is_counted_and_nothing_is_kept(shop, api, analyst):
    shop.people(3, "浙江省")
    shop.people(2, "江苏省")
    status, told = api.post("count/", rule={"v": 1, **lives_in("浙江省")})
    assert (status, told["count"], told["universe"]) == (200, 3, 5)
    assert api.post("count/", kind="labels", definition=EAST)[1]["values"] == {"east": 3}
    assert reasons(api.post("count/", rule={"v": 1, **BOUGHT}, as_of="0001-01-01T00:00:00Z"))[0] == 422
    assert reasons(api.post("count/", rule={"segment": "gone"}))[0] == 422 and not Segment.objects.exists()


def test_a_definition_is_counted_as_of_the_moment_that_is_asked_for(shop, api):
    shop.buy((shop.people(1)[0], "2026-06-01T12:00:00", 10))
    asked = {"kind": "labels", "definition": labels(("buyer", {**BOUGHT, "window": "ever"}))}
    counts = [api.post("count/", **asked, as_of=f"2026-{month}-01T00:00:00Z")[1]["count"] for month in ("05", "07")]
    assert counts == [0, 1]


def test_what_a_number_too_large_for_a_customer_has_is_nothing(api):
    assert api.get(f"customers/{10**20}/tags/") == (200, [])


def test_the_description_of_an_operation_speaks_of_it_alone():
    schema = SchemaGenerator().get_schema(request=None, public=True)
    told = [one.get("description", "") for path in schema["paths"].values() for one in path.values()]
    assert not [text for text in told if "HTTP method" in text]


def test_lists_are_made_added_to_and_replaced_with_who_was_not_found(shop, api):
    ids = shop.people(3)
    for number, one in enumerate(ids):
        shop.identify(one, phone=f"+861380013800{number}")
    phones = {"type": "phone", "identifiers": ["138 0013 8000", "13999999999"]}
    status, told = api.post("lists/", names={"en": "Guests"}, **phones)
    assert (status, told["slug"], told["customers"], told["added"]) == (201, "guests", 1, 1)
    assert [(one["row"], one["value"]) for one in told["unmatched"]] == [(2, "13999999999")]
    more = {"identifiers": ["13800138001", "13800138000"]}
    told = api.post("segments/guests/list/", **more)[1]
    assert (told["customers"], told["added"]) == (2, 1)
    guests = Segment.objects.get(slug="guests")
    assert set(list_members(guests)) == set(ids[:2]) and guests.definition["list"]["given"] == 4
    assert api.put("segments/guests/list/", identifiers=["13800138002"])[1]["customers"] == 1
    assert set(list_members(guests)) == {ids[2]}
    assert reasons(api.post("segments/guests/list/", identifiers=["nobody"]))[0] == 422
    assert api.patch("segments/guests/", names={"en": "Visitors"})[0] == 200
    assert Segment.objects.get(slug="guests").name_en == "Visitors"
    assert reasons(api.patch("segments/guests/", rule=lives_in("浙江省")))[0] == 422


def test_a_segment_is_made_split_kept_combined_and_taken_away(shop, api, make_segment, analyst):
    ids = shop.people(4, "浙江省")
    shop.identify(ids[0], phone="+8613800138000")
    status, told = api.post("segments/", names={"en": "East"}, rule=lives_in("浙江省"), schedule="weekly")
    assert (status, told["slug"], told["draft"]) == (201, "east", None)
    make_segment("east", {"v": 1, **lives_in("浙江省")})
    make_segment("all", {"v": 1, **lives_in("浙江省", "江苏省")})
    assert api.get("segments/east/members/", limit=3)[1]["results"] == ids[:3]
    table = pa.ipc.open_stream(io.BytesIO(api.get("segments/east/members.arrow")[1])).read_all()
    assert (table["customer_id"].to_pylist(), table["phone"][0].as_py()) == (ids, "+8613800138000")
    assert "+8613800138000" in api.get("segments/east/members.csv")[1].decode()
    groups = [{"label": "A", "share": "50"}, {"label": "B", "share": "50"}]
    split = api.post("segments/east/splits/", name="Test", slug="test", groups=groups)[1]
    assert [one["segment"] for one in split["groups"]] == ["test_1", "test_2"]
    assert (
        api.get(f"splits/{split['id']}/")[1]["parent"] == "east" == api.get("segments/east/splits/")[1][0]["parent"]
    )
    assert reasons(api.post("segments/east/splits/", name="T", slug="t", groups=groups[:1]))[0] == 422
    assert api.post("segments/east/snapshot/", names={"en": "Kept"}) == (201, {"slug": "kept"})
    assert SegmentList.objects.filter(segment__slug="kept").exists()
    roles = {"segments": ["east", "all"], "roles": {"east": "all", "all": "all"}}
    assert api.post("segments/combine/", names={"en": "Both"}, **roles) == (201, {"slug": "both"})
    assert reasons(api.post("segments/combine/", names={"en": "Both"}, **roles))[1].keys() == {("slug",)}
    assert api.patch("segments/all/", rule=lives_in("江苏省"))[1]["draft"] == 2
    seal = api.get("segments/all/draft/")[1]["seal"]
    assert api.post("segments/all/draft/publish/", seal=seal)[0] == 200
    assert Segment.objects.get(slug="all").version == 2
    assert reasons(api.post("segments/east/retire/"))[0] == 422
    assert api.post("segments/kept/retire/")[0] == 200
    assert api.post("segments/east/similar/")[0] in (202, 422)


def test_a_list_of_values_by_hand(shop, api, analyst):
    (one,) = shop.people(1)
    shop.identify(one, phone="+8613800138000")
    sent = {"names": {"en": "Koc"}, "kind": "list", "definition": {"v": 1, "values": ["KOC"]}, "publish": True}
    assert api.post("tags/", **sent)[0] == 201
    status, told = api.post("tags/koc/entries/", identifiers=["13800138000"], value="KOC")
    assert (status, told["customers"]) == (201, 1)
    (entry,) = api.get("tags/koc/entries/")[1]
    assert entry["value"] == "KOC" and api.delete(f"tags/koc/entries/{entry['id']}/")[0] == 200
    assert reasons(api.post("tags/koc/entries/", identifiers=["13800138000"], value="VIP"))[0] == 422


def test_what_needs_approval_gets_it_here_or_stays_a_draft(shop, api, analyst, person):
    mei, head = Api(person("mei", "edit_tags")), Api(person("head"))
    rule = api.post("approvals/rules/", kind="tag", approvers=["head"])[1]
    sent = {"names": {"en": "Region"}, "kind": "labels", "definition": EAST, "publish": True}
    assert mei.post("tags/", **sent)[1]["published"] is False
    draft = mei.get("tags/region/draft/")[1]
    assert (draft["approval"]["needed"], draft["approval"]["people"]) == (True, "head")
    assert reasons(mei.post("tags/region/draft/publish/", seal=draft["seal"]))[0] == 422
    asked = mei.post("tags/region/draft/approval/", seal=draft["seal"], text="Please")[1]["request"]
    assert [one["id"] for one in head.get("approvals/")[1]["deciding"]] == [asked]
    assert mei.post(f"approvals/{asked}/approve/", text="")[0] == 403
    assert reasons(head.post(f"approvals/{asked}/return/", text=" "))[1].keys() == {("text",)}
    assert head.post(f"approvals/{asked}/return/", text="Why?")[1]["state"] == "returned"
    asked = mei.post("tags/region/draft/approval/", seal=draft["seal"])[1]["request"]
    assert mei.post(f"approvals/{asked}/withdraw/")[1]["state"] == "withdrawn"
    asked = mei.post("tags/region/draft/approval/", seal=draft["seal"])[1]["request"]
    assert head.post(f"approvals/{asked}/approve/", text="Good")[1]["state"] == "published"
    assert [step["what"] for step in mei.get(f"approvals/{asked}/")[1]["steps"]] == [
        "asked",
        "approved",
        "published",
    ]
    assert api.delete(f"approvals/rules/{rule['id']}/")[0] == 200


# What anybody who sees it may do.
FOR_ALL = ("favourite", "comments", "/count/")


def test_who_may_only_look_changes_nothing(shop, analyst, person):
    tag_make("region", EAST, analyst, names={"en": "Region"})
    Category.objects.create(slug="place", name_en="Place")
    reader = Api(person("reader"))
    for path, method in operations():
        if method == "get" or any(part in path for part in FOR_ALL):
            continue
        place = path.removeprefix("/api/").replace("{slug}", "region").replace("{id}", "1").replace("{number}", "1")
        assert getattr(reader, method)(place, names={"en": "X"})[0] in (403, 404, 422), (method, place)
    assert (Tag.objects.get().name_en, Segment.objects.count(), Category.objects.get().name_en) == (
        "Region",
        0,
        "Place",
    )
    assert reader.post("tags/", names={"en": "X"})[0] == 403 == reader.post("lists/", identifiers=[])[0]
    assert reader.get("segments/x/members.csv")[0] == 403


def test_every_example_of_the_documentation_works(shop, api, analyst):
    for number, province in enumerate(("浙江省", "江苏省")):
        (one,) = shop.people(1, province)
        shop.identify(one, phone=f"+861380013800{number}")
    text = Path(settings.BASE_DIR, "docs", "api.md").read_text()
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    commands = [f"curl {one}" for block in blocks for one in f"\n{block}".split("\ncurl ")[1:]]
    assert len(commands) > 8
    for command in commands:
        words = shlex.split(command)
        path = next(word for word in words if word.startswith("$QX/api/")).removeprefix("$QX/api/")
        method = words[words.index("-X") + 1].lower() if "-X" in words else "get"
        sent = json.loads(words[words.index("-d") + 1]) if "-d" in words else {}
        if "seal" in sent:
            sent = {"seal": api.get(path.removesuffix("publish/"))[1]["seal"]}
        status, told = getattr(api, method)(path, **sent)
        assert status in (200, 201, 202), (command, told)
    assert Segment.objects.filter(slug="guests").exists()
