"""The form of a split."""

import secrets
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from cdp.access.viewer import Viewer
from cdp.errors import N_, Problem, UserError
from cdp.store import selectors as store
from tags.forms import slug_from
from tags.models import TagKind
from tags.selectors import tags_named
from tags.workbench import said

from ..models import Segment, Split
from .services import MOST, Group, segment_split_make

LABELS = "ABCDE"
LARGEST = 1_000_000


@dataclass
class SplitForm:
    """`lines`: label and share of each group as they were typed; a line without a share is no group."""

    viewer: Viewer
    segment: Segment
    name: str
    lines: list[tuple[str, str]]
    strata: str
    salt: str
    tried: bool = False
    problems: list[str] = field(default_factory=list)

    def choices(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What it can be balanced by: tags with one value a customer that are computed, and attributes of text."""
        computed = tags_named(self.viewer).filter(run__isnull=False).exclude(kind=TagKind.PREFERENCE)
        attributes = [row for row in store.attributes() if row.kind == "text" and not row.personal]
        return [
            (_("Tags"), [(f"tag:{tag.slug}", tag.name) for tag in computed]),
            (_("Attributes"), [(f"attribute:{row.slug}", row.name) for row in attributes]),
        ]

    def _groups(self) -> tuple[list[Group], list[Problem]]:
        groups, problems = [], []
        for place, (label, text) in enumerate(self.lines):
            if not text:
                continue
            try:
                share = Decimal(text.replace("％", "%").rstrip("% "))
                # What is larger cannot be rounded, and is no share.
                finite = share.is_finite() and abs(share) < LARGEST
            except InvalidOperation:
                finite = False
            if finite:
                groups.append(Group(label or LABELS[place], share))
            else:
                problems.append(
                    Problem((), N_("“%(text)s” is no share."), N_("For example 33.33."), {"text": text})
                )
        return groups, problems

    @transaction.atomic
    def save(self) -> Split | None:
        """None with every problem told."""
        self.tried = True
        groups, problems = self._groups()
        if not self.name:
            problems.append(Problem((), N_("Give it a name.")))
        kind, _colon, of = self.strata.partition(":")
        try:
            if problems:
                raise UserError(*problems)
            return segment_split_make(
                segment=self.segment,
                slug=slug_from(self.name) or f"split_{self.segment.pk}",
                name=self.name,
                groups=groups,
                salt=self.salt,
                actor=self.viewer,
                strata={kind: of} if kind in ("tag", "attribute") and of else {},
            )
        except UserError as error:
            transaction.set_rollback(True)
            self.problems = [said(problem) for problem in error.problems]
            return None


def split_form(viewer: Viewer, segment: Segment, posted: QueryDict | None) -> SplitForm:
    if posted is None:
        lines = [("A", "50"), ("B", "50"), *((label, "") for label in LABELS[2:])]
        return SplitForm(viewer, segment, "", lines, "", f"split-{secrets.token_hex(4)}")
    given: dict[str, Any] = {key: posted.get(key, "").strip() for key in ("name", "strata", "salt")}
    lines = [(posted.get(f"label.{n}", "").strip()[:40], posted.get(f"share.{n}", "").strip()) for n in range(MOST)]
    return SplitForm(viewer, segment, given["name"][:80], lines, given["strata"], given["salt"])
