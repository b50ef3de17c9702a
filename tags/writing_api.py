"""Making and changing tags over the API, through the services of the forms: drafts, settings, categories, lists."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cdp.access.people import person_name
from cdp.access.viewer import Viewer
from cdp.api import ColleagueView, problem_json, read, told

from . import team_api, version_api
from .categories import category_save
from .dependencies import TAG
from .describing_api import AboutSent, about_read, category_read, owner_read
from .entries import entries, entries_add, entry_remove
from .forms import is_published, version_open
from .models import Category, EmptyPolicy, Schedule, Sensitivity, Tag, TagEntry, TagKind
from .moments import as_of_read
from .preview import tag_preview
from .selectors import rule_count
from .services import facets_of, tag_publish, tag_refresh_request, tag_save
from .teamwork.approval import rules_for
from .version_api import RULE
from .versions import draft_of

EDIT = "access.edit_tags"
LATEST = 1_000
DEFINITION = {"v": 1, "layers": [{"value": "east", "names": {"zh-hans": "华东"}, "when": RULE}]}
TAG_SENT = {
    "slug": "region",
    "names": {"zh-hans": "地区"},
    "kind": "labels",
    "definition": DEFINITION,
    "publish": True,
}
TAG_SAVED = {"slug": "region", "draft": None, "published": True, "runs": [4711]}
CATEGORY = {"slug": "value", "names": {"zh-hans": "价值", "en": "Value"}, "position": 20, "theme": "worth"}
ENTRY = {"id": 9, "customer": 4711, "value": "KOC", "reason": "", "by": "林悦", "removed_at": None}
ENTRY |= {"added_at": "2026-11-21T10:00:00+08:00", "expires_at": None}
COUNT = {
    "count": 1234,
    "universe": 20000,
    "as_of": "2026-11-21T20:00:00+08:00",
    "seconds": 0.021,
    "data_version": "42",
}


class TagSent(AboutSent):
    kind = serializers.ChoiceField(choices=TagKind.choices, required=False)
    definition = serializers.JSONField(required=False, help_text="As docs/rules.md writes it.")
    category = serializers.CharField(required=False, allow_blank=True, help_text="Its short name; empty for none.")
    schedule = serializers.ChoiceField(choices=Schedule.choices, required=False)
    empty_policy = serializers.ChoiceField(choices=EmptyPolicy.choices, required=False)
    valid_days = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=99_999)
    sensitivity = serializers.ChoiceField(choices=Sensitivity.choices, required=False)
    publish = serializers.BooleanField(
        required=False, default=False, help_text="Of a new tag. A change of what is in force stays a draft."
    )


class TagNew(ColleagueView):
    needs = {"POST": EDIT}

    @told("Make a tag", TAG_SAVED, sent=TAG_SENT, request=TagSent, status=201)
    def post(self, request: Request) -> Response:
        return Response(_written(request.user, None, read(TagSent, request)), status=201)


class TagChange(ColleagueView):
    """What is left out stays as it is. A changed definition becomes the draft."""

    needs = {"PATCH": EDIT}

    @told(
        "Change a tag",
        {"slug": "region", "draft": 2, "published": True, "runs": []},
        sent={"names": {"en": "Region"}, "definition": DEFINITION},
        request=TagSent,
    )
    def patch(self, request: Request, slug: str) -> Response:
        tag = get_object_or_404(Tag.objects.select_related("category"), slug=slug)
        return Response(_written(request.user, tag, read(TagSent, request)))


SETTINGS = ("description", "department", "schedule", "empty_policy", "valid_days", "sensitivity")


@transaction.atomic
def _written(viewer: Viewer, tag: Tag | None, given: Mapping[str, Any]) -> dict[str, Any]:
    slug = given.get("slug", "")
    about = about_read(given, tag)
    if tag is None and Tag.objects.filter(slug=about.slug).exists():
        about_read({**given, "slug": slug}, None, taken=True)
    kept = version_open(tag) if tag else None
    settings = {
        key: given.get(key, getattr(tag, key)) if tag else given[key] for key in SETTINGS if tag or key in given
    }
    saved = tag_save(
        slug=about.slug,
        kind=given.get("kind", tag.kind if tag else TagKind.LABELS),
        definition=given.get("definition", kept.definition if kept else {}),
        actor=viewer,
        names=about.names,
        category=category_read(given, tag.category if tag else None),
        owner=owner_read(given),
        form=None if "definition" in given or kept is None else kept.form or {},
        **settings,
    )
    runs: list[Any] = []
    # As the form does: what is in force is changed in a draft, and nothing goes past an approval.
    if given["publish"] and not is_published(saved) and not rules_for(TAG, facets_of(saved)):
        tag_publish(tag=saved, actor=viewer)
        runs = tag_refresh_request(tags=[saved], by=viewer)
    draft = draft_of(saved)
    told = {"slug": saved.slug, "draft": draft.number if draft else None, "published": is_published(saved)}
    return {**told, "runs": [run.pk for run in runs]}


class CountSent(serializers.Serializer):
    rule = serializers.JSONField(required=False, help_text="A rule, as a segment has it; or:")
    kind = serializers.ChoiceField(choices=TagKind.choices, required=False)
    definition = serializers.JSONField(required=False, help_text="The definition of a tag of this kind.")
    as_of = serializers.DateTimeField(required=False)

    def validate_as_of(self, moment: datetime) -> datetime:
        return as_of_read(moment.isoformat())


class CountNow(ColleagueView):
    """Of the customers whom the caller may see. Nothing is saved."""

    @told("How many customers a rule or a definition gives", COUNT, sent={"rule": RULE}, request=CountSent)
    def post(self, request: Request) -> Response:
        given = read(CountSent, request)
        if "kind" not in given:
            found = rule_count(request.user, given.get("rule"), given.get("as_of"))
            return Response({key: getattr(found, key) for key in COUNT})
        definition = given.get("definition") or {}
        preview = tag_preview(request.user, given["kind"], definition, as_of=given.get("as_of"))
        told = {key: getattr(preview, key) for key in ("values", "universe", "as_of", "seconds")}
        return Response({"count": preview.everyone, **told})


class CategorySent(serializers.Serializer):
    slug = serializers.CharField(required=False)
    names = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=120), required=False)
    position = serializers.IntegerField(required=False)
    theme = serializers.CharField(
        required=False, allow_blank=True, help_text="The part of personas its tags are shown in; empty: their tags."
    )


class CategoryList(ColleagueView):
    @told("The categories of tags", [CATEGORY])
    def get(self, request: Request) -> Response:
        return Response([_category(one) for one in Category.objects.all()])

    @told("Make a category", CATEGORY, sent=CATEGORY, request=CategorySent, status=201)
    def post(self, request: Request) -> Response:
        given = read(CategorySent, request)
        slug = about_read(given, None, taken=Category.objects.filter(slug=given.get("slug", "")).exists()).slug
        return Response(_category(category_save(**{**given, "slug": slug}, actor=request.user)), status=201)


class CategoryChange(ColleagueView):
    @told("Rename or move a category", CATEGORY, sent={"position": 30}, request=CategorySent)
    def patch(self, request: Request, slug: str) -> Response:
        get_object_or_404(Category, slug=slug)
        return Response(
            _category(category_save(**{**read(CategorySent, request), "slug": slug}, actor=request.user))
        )


def _category(category: Category) -> dict[str, Any]:
    told = {"slug": category.slug, "names": category.names}
    return told | {"position": category.position, "theme": category.theme}


class EntrySent(serializers.Serializer):
    identifiers = serializers.ListField(child=serializers.CharField(), max_length=100_000)
    type = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="Empty: each type is tried."
    )
    value = serializers.CharField()
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


UNMATCHED = {"row": 2, "value": "13900000000", "reason": "没有客户有这个。", "fix": "检查这个值。"}


class EntryList(ColleagueView):
    """Of a tag whose values are given by hand."""

    needs = {"GET": EDIT, "POST": EDIT}

    @told("Who was given a value, the latest first", [ENTRY])
    def get(self, request: Request, slug: str) -> Response:
        tag = get_object_or_404(Tag, slug=slug, kind=TagKind.LIST)
        return Response([_entry(one) for one in entries(request.user, tag)[:LATEST]])

    @told(
        "Give customers a value",
        {"given": 2, "customers": 1, "unmatched": [UNMATCHED]},
        sent={"identifiers": ["13800138000", "13900000000"], "type": "phone", "value": "KOC"},
        request=EntrySent,
        status=201,
    )
    def post(self, request: Request, slug: str) -> Response:
        tag = get_object_or_404(Tag, slug=slug, kind=TagKind.LIST)
        report = entries_add(tag=tag, actor=request.user, **read(EntrySent, request))
        told = {"given": report.given, "customers": report.customers, "unmatched": unmatched_json(report.unmatched)}
        return Response(told, status=201)


class EntryDetail(ColleagueView):
    needs = {"DELETE": EDIT}

    @told("Take a value away again", {"deleted": True})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        entry = get_object_or_404(TagEntry.objects.select_related("tag"), pk=pk, tag__slug=slug)
        entry_remove(entry=entry, actor=request.user)
        return Response({"deleted": True})


def unmatched_json(found: Any) -> list[dict[str, Any]]:
    """Values that belong to nobody: their place (from 1), and why."""
    told = ((one, problem_json(one.problem)) for one in found)
    return [{"row": one.row, "value": one.value, "reason": why["reason"], "fix": why["fix"]} for one, why in told]


def _entry(entry: TagEntry) -> dict[str, Any]:
    told = {"id": entry.pk, "customer": entry.customer_id, "by": person_name(entry.actor)}
    return {
        **told,
        **{key: getattr(entry, key) for key in ("value", "reason", "added_at", "expires_at", "removed_at")},
    }


def shared_urls(place: str, name: str, of: version_api.Versioned) -> list[Any]:
    """The addresses that tags and segments have alike, under `place`."""
    views = (
        ("versions/", version_api.VersionList, "versions"),
        ("versions/<int:number>/", version_api.VersionDetail, "version"),
        ("versions/<int:number>/restore/", version_api.VersionRestore, "restore"),
        ("draft/", version_api.Draft, "draft"),
        ("draft/effects/", version_api.DraftEffects, "effects"),
        ("draft/publish/", version_api.Publish, "publish"),
        ("draft/approval/", version_api.ApprovalAsk, "approval-ask"),
        ("refresh/", version_api.RefreshNow, "refresh"),
        ("retire/", version_api.Retire, "retire"),
        ("favourite/", team_api.FavouriteOwn, "favourite"),
        ("comments/", team_api.CommentList, "comments"),
        ("comments/<int:pk>/", team_api.CommentOwn, "comment"),
    )
    return [path(f"{place}{end}", view.as_view(of=of), name=f"api-{name}-{what}") for end, view, what in views]


urlpatterns = [
    path("tags/<str:slug>/entries/", EntryList.as_view(), name="api-tag-entries"),
    path("tags/<str:slug>/entries/<int:pk>/", EntryDetail.as_view(), name="api-tag-entry"),
    *shared_urls("tags/<str:slug>/", "tag", version_api.OF_TAGS),
    *team_api.urlpatterns,
    path("categories/", CategoryList.as_view(), name="api-categories"),
    path("categories/<str:slug>/", CategoryChange.as_view(), name="api-category"),
    path("count/", CountNow.as_view(), name="api-count"),
]
