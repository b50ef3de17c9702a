"""The form of a tag: what it is called, what it means, and saving it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import get_language

from cdp import pinyin
from cdp.access.viewer import Viewer
from cdp.errors import N_, Problem, UserError

from .builder.definitions import new_tag
from .builder.kind_forms import KIND_FORMS
from .builder.posted import Tree, fields_of
from .conflicts import Conflict, Stored, conflict_of
from .dependencies import TAG
from .models import EmptyPolicy, Schedule, Sensitivity, Tag, TagKind, VersionState
from .selectors import categories, sentences
from .services import facets_of, tag_publish, tag_refresh_request, tag_save
from .teamwork.approval import rules_for
from .versions import draft_of
from .workbench import Work, said, work_posted, work_saved

LANGUAGES = ("zh-hans", "zh-hant", "en")
# Addresses of pages that stand where a tag's or a segment's own page would be.
RESERVED = {"new", "build", "live-count", "values", "bulk", "look", "health", "approvals"}
RESERVED |= {"combine", "splits", "overlaps", "templates", "packs"}
BY_KIND: dict[TagKind, tuple[str, ...]] = {
    TagKind.LABELS: ("layers", "rest", "multiple"),
    TagKind.MEASURE: ("measure", "bins"),
    **{TagKind(kind): (kind,) for kind in KIND_FORMS},
}


@dataclass
class About:
    """What a tag or a segment is called, and everything said about it beside its rule."""

    names: dict[str, str] = field(default_factory=dict)
    slug: str = ""
    values: dict[str, str] = field(default_factory=dict)
    problems: dict[str, list[str]] = field(default_factory=dict)

    @property
    def name_fields(self) -> list[tuple[str, str]]:
        """The reader's language first."""
        own = get_language() or "zh-hans"
        order = sorted(LANGUAGES, key=lambda language: language != own)
        return [(language, self.names.get(language, "")) for language in order]

    def named(self) -> str:
        return next((name for _language, name in self.name_fields if name.strip()), "")

    @property
    def all_problems(self) -> list[str]:
        return [text for texts in self.problems.values() for text in texts]

    @property
    def more_problems(self) -> bool:
        """Whether something is wrong among the settings that are folded away."""
        return bool(set(self.problems) - {"", "names"})

    def tell(self, problems: Iterable[Problem]) -> None:
        """Keep what belongs to a field here, by field; a rule's own problems are told where the rule is."""
        for problem in problems:
            key = str(problem.path[0]) if problem.path else ""
            if key in ("", "names", "slug", "values", "type", *self.values):
                self.problems.setdefault(key, []).append(said(problem))

    def blanks(self) -> list[Problem]:
        if not self.named():
            return [Problem(("names",), N_("Give it a name."))]
        if self.slug in RESERVED:
            return [Problem(("slug",), N_("This short name is taken by a page."), N_("Choose another one."))]
        return []


def about_posted(posted: QueryDict, fields: tuple[str, ...]) -> About:
    names = {language: posted.get(f"names.{language}", "").strip() for language in LANGUAGES}
    about = About(names, posted.get("slug", "").strip(), {key: posted.get(key, "").strip() for key in fields})
    about.slug = about.slug or slug_from(about.named())
    return about


def about_saved(named: Any, fields: tuple[str, ...]) -> About:
    names = {language: getattr(named, f"name_{language.replace('-', '_')}") for language in LANGUAGES}
    values = {key: getattr(named, key) for key in fields}
    return About(names, named.slug, {key: "" if value is None else str(value) for key, value in values.items()})


def slug_from(name: str) -> str:
    """A short name from a name: 高价值 → gao_jia_zhi."""
    syllables = pinyin.syllables(name.casefold())
    letters = "".join(f"_{part}_" if len(part) > 1 else part for part in syllables)
    plain = "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in letters)
    return "_".join(part for part in plain.split("_") if part)[:64]


FIELDS = ("description", "department", "schedule", "empty_policy", "valid_days", "sensitivity")


# The kinds that are put together by choosing; definitions of the others are written.
BUILT = tuple(BY_KIND)


@dataclass
class SettingsForm:
    """What the forms of all kinds share: what a tag is called, its settings, and keeping them."""

    viewer: Viewer
    tag: Tag | None
    about: About

    @property
    def choices(self) -> dict[str, Any]:
        return {
            "category": categories(self.viewer),
            "schedule": Schedule.choices,
            "empty_policy": EmptyPolicy.choices,
            "sensitivity": Sensitivity.choices,
            "kind": [(kind.value, kind.label) for kind in BUILT],
            "other_kinds": [(kind.value, kind.label) for kind in TagKind if kind not in BUILT],
        }

    @property
    def may_change_kind(self) -> bool:
        return self.tag is None or not self.tag.versions.exclude(state=VersionState.DRAFT).exists()

    def keep(self, kind: str, definition: Any, *, publish: bool, form: Any = None) -> Tag:
        """Save what was filled in. Inside a transaction; `UserError` with every problem.

        A change of what is in force stays a draft even with `publish`: what it does is looked at first.
        """
        values = self.about.values
        days = values["valid_days"]
        tag = tag_save(
            slug=self.about.slug,
            kind=kind,
            definition=definition,
            actor=self.viewer,
            names=self.about.names,
            category=categories(self.viewer).filter(slug=values["category"]).first(),
            description=values["description"],
            department=values["department"],
            schedule=values["schedule"] or Schedule.DAILY,
            empty_policy=values["empty_policy"] or EmptyPolicy.BLANK,
            valid_days=int(days) if days else None,
            sensitivity=values["sensitivity"] or Sensitivity.NORMAL,
            form=form,
        )
        if publish and not (is_published(tag) and draft_of(tag)) and not rules_for(TAG, facets_of(tag)):
            tag_publish(tag=tag, actor=self.viewer)
            tag_refresh_request(tags=[tag], by=self.viewer)
        return tag

    def own_problems(self) -> list[Problem]:
        """What is wrong with the name and the settings."""
        problems = self.about.blanks()
        days = self.about.values["valid_days"]
        if days and not (days.isdecimal() and 0 < int(days) < 100_000):
            hint = N_("For example 90.")
            problems.append(Problem(("valid_days",), N_("A whole number of days is needed."), hint))
        if self.tag is None and Tag.objects.filter(slug=self.about.slug).exists():
            problems.append(slug_taken(self.about.slug))
        return problems


@dataclass
class TagForm(SettingsForm):
    """`base` and `over`: see `conflict_of`."""

    work: Work
    tried: bool = False
    base: str = ""
    over: str = ""
    conflict: Conflict | None = None

    @property
    def problems(self) -> list[Problem]:
        return [*self.work.blanks, *self.work.wrong] if self.tried else []

    @property
    def board(self):
        return self.work.board(self.problems)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What was filled in for the other kind goes along unseen."""
        shown = BY_KIND[TagKind(self.work.of)]
        others = {key for keys in BY_KIND.values() for key in keys} - set(shown)
        kept = {key: self.work.tree[key] for key in sorted(others) if key in self.work.tree}
        return [(name, value) for name, values in fields_of(kept) for value in values]

    @transaction.atomic
    def save(self, *, publish: bool) -> Tag | None:
        """The saved tag, or None with every problem in its place."""
        self.tried = True
        try:
            problems = self.own_problems()
            if problems or self.work.blanks or self.work.wrong:
                raise UserError(*problems, *self.problems)
            self.conflict = self._conflict()
            if self.conflict:
                return None
            return self.keep(self.work.of, self.work.definition, publish=publish, form=self.work.as_form)
        except UserError as error:
            transaction.set_rollback(True)
            self.about.tell(error.problems)
            return None

    def _conflict(self) -> Conflict | None:
        if self.tag is None or not self.base:
            return None
        tag = Tag.objects.select_for_update(of=("self",)).select_related("category").get(pk=self.tag.pk)
        version = version_open(tag)
        mine = Stored(self.work.of, self.work.definition, {**self.about.names, **self.about.values})
        who = version.created_by if version else None
        return conflict_of(self.base, self.over, stored_of(tag), mine, self._read_out, who)

    def _read_out(self, kind: str, definition: Any) -> list[str]:
        found = sentences(self.viewer, kind, definition)
        return [f"{one.value} — {one.text}" if one.value else one.text for one in found]


def stored_of(tag: Tag) -> Stored:
    version, about = version_open(tag), _about_of(tag)
    return Stored(tag.kind, version.definition if version else {}, {**about.names, **about.values})


def _about_of(tag: Tag) -> About:
    about = about_saved(tag, FIELDS)
    about.values["category"] = tag.category.slug if tag.category else ""
    return about


def is_published(tag: Tag) -> bool:
    return tag.versions.filter(state=VersionState.PUBLISHED).exists()


def slug_taken(slug: str) -> Problem:
    return Problem(
        ("slug",),
        N_("The short name “%(slug)s” is in use already."),
        N_("Choose another name, or give a short name yourself."),
        {"slug": slug},
    )


def tag_form_posted(viewer: Viewer, tag: Tag | None, posted: QueryDict) -> TagForm:
    about = about_posted(posted, (*FIELDS, "category"))
    about.slug = tag.slug if tag else about.slug
    kind = posted.get("kind", "")
    work = work_posted(viewer, kind if kind in BUILT else TagKind.LABELS, posted)
    base, over = posted.get("base", ""), posted.get("over", "")
    return TagForm(viewer, tag, about, work, tried=posted.get("tried") == "1", base=base, over=over)


def tag_form_new(viewer: Viewer, kind: str) -> TagForm:
    tree: Tree = new_tag()
    about = About(values=dict.fromkeys((*FIELDS, "category"), ""))
    return TagForm(viewer, None, about, Work(viewer, kind if kind in BUILT else TagKind.LABELS, tree))


def version_open(versioned: Any) -> Any:
    """The draft of a tag or segment, or what is published when there is none; None where there is neither."""
    return versioned.versions.exclude(state=VersionState.RETIRED).order_by("-number").first()


def tag_form_of(viewer: Viewer, tag: Tag) -> TagForm:
    """The draft if there is one, else what is published."""
    about, version = _about_of(tag), version_open(tag)
    known = version and (version.form or version.definition)
    work = work_saved(viewer, tag.kind, known) if known else Work(viewer, tag.kind, new_tag())
    return TagForm(viewer, tag, about, work, base=stored_of(tag).json)
