"""What else segments are made of over the API: combinations, splits, similar customers, packs."""

from collections.abc import Sequence
from secrets import token_hex
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cdp.access.viewer import require
from cdp.api import ColleagueView, problem_json, read, told
from cdp.errors import N_, Problem, UserError
from cdp.ledger.models import JobState
from tags.describing_api import AboutSent, about_read

from .combining.forms import ROLES, WORDS, CombineForm
from .lookalike.selectors import lookalikes, size_of, sizes_of
from .lookalike.services import lookalike_request, lookalike_save
from .models import Lookalike, Split
from .packs.files import packs
from .packs.pages import packs_page
from .packs.services import pack_install, pack_remove
from .selectors import segment_counts, segments
from .splitting.selectors import splits
from .splitting.services import Group, segment_split_make

EDIT = "access.edit_segments"
BOTH = ("access.edit_tags", EDIT)
GROUP = {"segment": "test_1", "label": "A", "share": 50.0, "count": 617}
SPLIT = {"id": 3, "name": "双十一测试", "salt": "split-1f2e", "strata": {"tag": "value"}, "groups": [GROUP]}
SPLIT |= {"parent": "east", "created_at": "2026-11-21T20:00:00+08:00"}
SIZE = {"size": 2000, "hits": 120, "held": 300}
SEARCH = {"id": 8, "segment": "east", "state": "done", "as_of": "2026-11-21T20:00:00+08:00", "sizes": [SIZE]}
PACK = {"slug": "retail", "name": "零售", "is_installed": False, "possible": 12, "parts": 15}


class CombineSent(AboutSent):
    segments = serializers.ListField(child=serializers.CharField())
    roles = serializers.DictField(
        child=serializers.ChoiceField(choices=list(ROLES)), help_text="Short name → all, any or none."
    )


class Combine(ColleagueView):
    needs = {"POST": EDIT}

    @told(
        "Make a segment of two to five others",
        {"slug": "loyal_east"},
        sent={
            "slug": "loyal_east",
            "names": {"zh-hans": "华东忠诚客户"},
            "segments": ["east", "loyal"],
            "roles": {"east": "all", "loyal": "all"},
        },
        request=CombineSent,
        status=201,
    )
    def post(self, request: Request) -> Response:
        given = read(CombineSent, request)
        about = about_read(given, None)
        about.values = {key: given.get(key, "") for key in ("description", "department")}
        form = CombineForm(request.user, given["segments"], WORDS, set(), given["roles"], about)
        return Response({"slug": form.made().slug}, status=201)


class GroupSent(serializers.Serializer):
    label = serializers.CharField(max_length=40)
    share = serializers.DecimalField(max_digits=7, decimal_places=4, help_text="In percent; together 100.")


class SplitSent(serializers.Serializer):
    name = serializers.CharField(max_length=80)
    slug = serializers.CharField(max_length=60, help_text="The groups are called so, with _1, _2, … behind.")
    groups = GroupSent(many=True)
    salt = serializers.CharField(required=False, max_length=64, help_text="The same salt gives the same groups.")
    strata = serializers.DictField(
        child=serializers.CharField(), required=False, default=dict, help_text='{"tag": …} or {"attribute": …}'
    )


class SplitNew(ColleagueView):
    needs = {"POST": EDIT}

    @told(
        "Split a segment into groups",
        SPLIT,
        sent={
            "name": "双十一测试",
            "slug": "test",
            "groups": [{"label": "A", "share": "50"}, {"label": "B", "share": "50"}],
        },
        request=SplitSent,
        status=201,
    )
    def post(self, request: Request, slug: str) -> Response:
        segment, given = get_object_or_404(segments(request.user), slug=slug), read(SplitSent, request)
        groups = [Group(one["label"], one["share"]) for one in given.pop("groups")]
        given.setdefault("salt", f"split-{token_hex(4)}")
        split = segment_split_make(segment=segment, groups=groups, actor=request.user, **given)
        return Response(split_json(split, {}), status=201)


class SplitDetail(ColleagueView):
    """The members of each group are those of its segment, under …/members/."""

    @told("One split, each group with its size now", SPLIT)
    def get(self, request: Request, pk: int) -> Response:
        split = get_object_or_404(splits(request.user).prefetch_related("groups__segment"), pk=pk)
        return Response(split_json(split, segment_counts(request.user)))


def split_json(split: Split, counts: dict[str, int]) -> dict[str, Any]:
    groups = [
        {
            "segment": group.segment.slug,
            "label": group.label,
            "share": float(group.share),
            "count": counts.get(group.segment.slug, 0),
        }
        for group in split.groups.all()
    ]
    told = {key: getattr(split, key) for key in ("name", "salt", "strata", "created_at")}
    return {"id": split.pk, "parent": split.parent.slug, **told, "groups": groups}


class SimilarSearch(ColleagueView):
    needs = {"GET": EDIT, "POST": EDIT}

    @told("Searches for customers similar to the members, the latest first", [SEARCH])
    def get(self, request: Request, slug: str) -> Response:
        get_object_or_404(segments(request.user), slug=slug)
        return Response([_search(one) for one in lookalikes(request.user).filter(seed__slug=slug)[:20]])

    @told("Look for customers similar to the members", SEARCH, status=202)
    def post(self, request: Request, slug: str) -> Response:
        segment = get_object_or_404(segments(request.user), slug=slug)
        return Response(_search(lookalike_request(segment=segment, actor=request.user)), status=202)


class SimilarSent(AboutSent):
    size = serializers.IntegerField(help_text="One of the sizes of the search.")
    with_seed = serializers.BooleanField(required=False, default=False)


class SimilarSave(ColleagueView):
    needs = {"POST": EDIT}

    @told(
        "Keep similar customers as a list",
        {"slug": "like_east"},
        sent={"slug": "like_east", "names": {"zh-hans": "类似华东客户"}, "size": 2000},
        request=SimilarSent,
        status=201,
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        done = lookalikes(request.user).filter(state=JobState.DONE)
        found, given = get_object_or_404(done, seed__slug=slug, pk=pk), read(SimilarSent, request)
        if size_of(found, given["size"]) is None:
            known = ", ".join(str(one.size) for one in sizes_of(found))
            hint = N_("Choose from: %(known)s.")
            raise UserError(Problem(("size",), N_("The search has no such size."), hint, {"known": known}))
        about = about_read(given, None)
        kept = lookalike_save(
            lookalike=found,
            size=given["size"],
            with_seed=given["with_seed"],
            slug=about.slug,
            actor=request.user,
            names=about.names,
            description=given.get("description", ""),
            department=given.get("department", ""),
        )
        return Response({"slug": kept.slug}, status=201)


def _search(found: Lookalike) -> dict[str, Any]:
    sizes = [{"size": one.size, "hits": one.hits, "held": one.held} for one in sizes_of(found)]
    told = {"id": found.pk, "segment": found.seed.slug, "state": found.state, "as_of": found.as_of}
    return {**told, "sizes": sizes}


class PackList(ColleagueView):
    @told("The industry packs", [PACK])
    def get(self, request: Request) -> Response:
        return Response(
            [
                {"slug": one.slug, "name": one.name, "is_installed": one.is_installed}
                | {"possible": one.possible, "parts": len(one.parts)}
                for one in packs_page(request.user).packs
            ]
        )


class PackOne(ColleagueView):
    @told("Install a pack", {"made": [{"kind": "tag", "slug": "value"}], "left_out": []})
    def put(self, request: Request, slug: str) -> Response:
        installed = pack_install(pack=self._asked(request, slug), actor=request.user)
        made = [{"kind": one["kind"], "slug": one["slug"]} for one in installed.parts]
        left = [{"kind": one["kind"], "slug": one["slug"]} for one in installed.left_out]
        return Response({"made": made, "left_out": left})

    @told("Remove a pack; what was changed or is used stays", {"kept": [{"name": "价值", "why": []}]})
    def delete(self, request: Request, slug: str) -> Response:
        self._asked(request, slug)
        kept: Sequence[Any] = pack_remove(slug=slug, actor=request.user)
        return Response({"kept": [{"name": one.name, "why": [*map(problem_json, one.problems)]} for one in kept]})

    def _asked(self, request: Request, slug: str) -> Any:
        for permission in BOTH:
            require(request.user, permission)
        if slug not in packs():
            raise Http404
        return packs()[slug]


urlpatterns = [
    path("segments/combine/", Combine.as_view(), name="api-segment-combine"),
    path("splits/<int:pk>/", SplitDetail.as_view(), name="api-split"),
    path("segments/<str:slug>/similar/", SimilarSearch.as_view(), name="api-segment-similar"),
    path("segments/<str:slug>/similar/<int:pk>/save/", SimilarSave.as_view(), name="api-segment-similar-save"),
    path("packs/", PackList.as_view(), name="api-packs"),
    path("packs/<str:slug>/", PackOne.as_view(), name="api-pack"),
]
