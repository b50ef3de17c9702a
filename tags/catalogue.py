"""The catalogues of tags and segments: narrowed by who owns what, put in order, taken away as a workbook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db.models import F, FloatField, Model, QuerySet
from django.db.models.functions import Cast
from django.http import HttpResponse
from django.utils.http import urlencode
from import_export.resources import ModelResource

from cdp import pinyin
from cdp.access.people import person_name
from cdp.access.viewer import Viewer
from cdp.naming import Named

from .dependencies import Ref

M = TypeVar("M", bound=Model)
SORTS = ("name", "size", "fresh")
# What people look for first: A before Z, the largest, the latest.
DOWN_FIRST = frozenset(("size", "fresh"))
# Filters that both catalogues have, beside those of their own and the text looked for.
COMMON = ("owner", "department", "used", "health", "from", "to", "mine", "favourites")
# No department, as a filter.
NOWHERE = "-"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Heading:
    """A column that can be sorted by: the query of its link, and how it is sorted now (for `aria-sort`)."""

    query: str
    sorted: str

    @property
    def arrow(self) -> str:
        return {"ascending": "↑", "descending": "↓"}.get(self.sorted, "")


@dataclass(frozen=True)
class Catalogue:
    """What was asked for: filters and `sort` ("", or one of `SORTS`, with "-" for downward)."""

    asked: dict[str, str]
    owners: list[tuple[str, str]]
    departments: list[str]

    @classmethod
    def of(cls, rows: QuerySet[Any], get: Mapping[str, str], filters: Sequence[str]) -> "Catalogue":
        asked = {key: get.get(key, "").strip() for key in ("q", *filters, *COMMON, "sort")}
        people = User.objects.filter(pk__in=rows.order_by().values("owner")).order_by("username")
        departments = rows.order_by().exclude(department="").values_list("department", flat=True)
        return cls(asked, [(one.username, person_name(one)) for one in people], sorted(set(departments)))

    @property
    def narrowed(self) -> int:
        """How many of the filters that are folded away are in use."""
        return sum(bool(self.asked[key]) for key in COMMON)

    @property
    def filtered(self) -> bool:
        return any(value for key, value in self.asked.items() if key != "sort")

    @property
    def query(self) -> str:
        return _query(self.asked)

    @property
    def headings(self) -> dict[str, Heading]:
        return {key: self._heading(key) for key in SORTS}

    def _heading(self, key: str) -> Heading:
        now, first = self.asked["sort"], f"-{key}" if key in DOWN_FIRST else key
        other = key if first != key else f"-{key}"
        is_sorted = {key: "ascending", f"-{key}": "descending"}.get(now, "none")
        return Heading(_query({**self.asked, "sort": other if now == first else first}), is_sorted)

    def owned(self, rows: QuerySet[M], viewer: Viewer) -> QuerySet[M]:
        if self.asked["owner"]:
            rows = rows.filter(owner__username=self.asked["owner"])
        if self.asked["department"]:
            rows = rows.filter(department=self.asked["department"].removeprefix(NOWHERE))
        if self.asked["mine"] and isinstance(viewer, User):
            rows = rows.filter(owner=viewer)
        return rows

    def covering(self, rows: QuerySet[Any], *, size: str) -> QuerySet[Any]:
        """Those whose share of all customers, in percent, lies between the bounds asked for; `size` as in
        `arranged`. What was never computed has none."""
        low, high = percent_read(self.asked["from"]), percent_read(self.asked["to"])
        if low is None and high is None:
            return rows
        share = 100.0 * Cast(F(size), FloatField()) / Cast(F("run__universe"), FloatField())
        bounds = {"covered__gte": low, "covered__lte": high}
        asked = {bound: value for bound, value in bounds.items() if value is not None}
        return rows.filter(run__universe__gt=0).alias(covered=share).filter(**asked)

    def used(self, rows: QuerySet[M], kind: str, counts: Mapping[Ref, int]) -> QuerySet[M]:
        """Those that something is built on, or those that nothing is (`tags.uses`)."""
        slugs = [ref.slug for ref, count in counts.items() if ref.kind == kind and count]
        match self.asked["used"]:
            case "yes":
                return rows.filter(slug__in=slugs)
            case "no":
                return rows.exclude(slug__in=slugs)
        return rows

    def arranged(self, rows: QuerySet[M], *, size: str, usual: Sequence[str]) -> Sequence[M] | QuerySet[M]:
        """`size` names the column of a row's size. Names are in the order of their sound, as a dictionary has
        them; those not computed yet come last."""
        key, down = self.asked["sort"].removeprefix("-"), self.asked["sort"].startswith("-")
        if key == "name":
            return sorted(rows, key=_sound, reverse=down)
        if key not in SORTS:
            return rows.order_by(*usual)
        column = F(size if key == "size" else "run__as_of")
        return rows.order_by(column.desc(nulls_last=True) if down else column.asc(nulls_last=True), "slug")


def percent_read(text: str) -> float | None:
    """ "12.5%" → 12.5; None for what is no number."""
    try:
        return float(text.rstrip("%％ ").replace(",", "."))
    except ValueError:
        return None


def _query(asked: Mapping[str, str]) -> str:
    return urlencode({key: value for key, value in asked.items() if value})


def _sound(row: Any) -> tuple[str, str]:
    assert isinstance(row, Named)
    return " ".join(pinyin.syllables(row.name)).casefold(), row.slug


def workbook(resource: ModelResource, rows: QuerySet[Any], name: str) -> HttpResponse:
    """The definitions as the sheet that can be brought in again."""
    content = resource.export(queryset=rows).export("xlsx")
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=XLSX, headers=disposition)
