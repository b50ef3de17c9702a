"""An edition as a mail: its first sentences, its numbers, what is different from the one before, and its PDF.

The rule in words stays at home, since rules may name customers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from cdp.notices.channels.message import Table
from cdp.notices.letters import letter_write
from cdp.notices.models import Letter
from segments.dashboards.downloads import FORMS, may_make
from segments.dashboards.figures.numerals import whole
from segments.editions.change_pages import number_line, row_line
from segments.editions.differences import Differences, Finding, differences
from segments.editions.models import Edition
from segments.editions.pages import EditionBoard, outside
from segments.models import Segment

Content = Mapping[str, Any]
SENTENCES, CHARTS, FINDINGS = 3, 6, 3


@dataclass(frozen=True)
class LetterBoard(EditionBoard):
    """The edition's dashboard in a reader's language: `told` is what it shows in that."""

    told: dict[str, Any] = field(default_factory=dict)

    @property
    def content(self) -> dict[str, Any]:
        return self.told


def edition_letter(
    edition: Edition,
    content: dict[str, Any],
    language: str,
    *,
    is_new: bool,
    beside: Sequence[tuple[Segment, Content]] = (),
) -> Letter:
    """`content` is what the edition shows, in `language`; `beside` what its group shows against other segments."""
    before = _before(edition) if is_new else None
    with override(language):
        found = differences(before.content, content) if before else None
        tables = [numbers_table(content), *(numbers_against(told, base.name) for base, told in beside)]
        if before and found:
            tables += _changes(before.number, found, language)
        board = _board(edition, content)
        sends_file = is_new and may_make(board, FORMS["pdf"])
        return letter_write(
            language=language,
            title=_title(edition, language, is_new),
            paragraphs=[_head(edition, is_new), *told_first(content)],
            tables=[one for one in tables if one.rows],
            press=_("Open edition %(number)s") % {"number": edition.number},
            file=FORMS["pdf"].make(board) if sends_file else b"",
            file_name=f"{board.file_name}.pdf" if sends_file else "",
        )


def told_first(content: Content) -> list[str]:
    return [one["text"] for one in (content.get("narrative") or [])[:SENTENCES]]


def numbers_table(content: Content, title: str = "") -> Table:
    """Each number beside everyone's."""
    everyone = content.get("against") or _("Everyone")
    rows = []
    for one in content.get("numbers", []):
        beside = f"{everyone} {one['beside']} · TGI {one['tgi']}" if one["tgi"] else one["beside"]
        rows.append([one["label"], one["text"], beside])
    return Table(title or _("Key numbers"), rows)


def numbers_against(content: Content, name: str, of: str = "") -> Table:
    """Of a group too small to show, or too much like whom it is compared with, that it is so."""
    against = _("against %(name)s") % {"name": name}
    title = f"{of or _('Key numbers')} · {against}"
    if content.get("too_alike"):
        return Table(title, [[_("Too few are in one of them alone to compare them.")]])
    if content.get("too_small"):
        return Table(title, [[_("Too few members to show.")]])
    return numbers_table(content, title)


def _before(edition: Edition) -> Edition | None:
    """The edition before it that was compared with the same ones, so that its indices mean the same."""
    earlier = Edition.objects.filter(persona=edition.persona_id, number__lt=edition.number, base=edition.base)
    return earlier.order_by("-number").first()


def _title(edition: Edition, language: str, is_new: bool) -> str:
    named = {"name": edition.persona.name_in(language), "number": edition.number}
    if is_new:
        return _("%(name)s, edition %(number)s") % named
    return _("%(name)s: nothing has moved since edition %(number)s") % named


def _head(edition: Edition, is_new: bool) -> str:
    moment = f"{timezone.localtime(edition.made_at):%Y-%m-%d %H:%M}"
    given = {"number": edition.number, "moment": moment, "members": whole(edition.members)}
    if is_new:
        return _("Edition %(number)s was kept at %(moment)s. It has %(members)s members.") % given
    return _("Nothing has moved since edition %(number)s of %(moment)s, so no new one was kept.") % given


def _changes(number: int, found: Differences, language: str) -> list[Table]:
    title = _("What changed since edition %(number)s") % {"number": number}
    rows = [*_number_rows(found, language), *_chart_rows(found)]
    if not rows:
        rows = [[_("Nothing that chance does not explain.")]]
    findings = [*_finding_rows(_("New"), found.appeared), *_finding_rows(_("No longer"), found.vanished)]
    return [Table(title, rows), Table(_("What stands out"), findings)]


def _number_rows(found: Differences, language: str) -> Iterator[list[str]]:
    for one in (number_line(number, language) for number in found.numbers):
        if one.way and one.is_sure is not False:
            yield [one.label, f"{one.before} → {one.after}", one.difference]


def _chart_rows(found: Differences) -> Iterator[list[str]]:
    """Of each chart the value that changed most."""
    for chart in found.changed[:CHARTS]:
        line = row_line(chart.sure[0])
        points = _("%(points)s points") % {"points": line.points}
        yield [f"{chart.title}: {line.label}", f"{line.before} → {line.after}", points]


def _finding_rows(way: str, findings: tuple[Finding, ...]) -> Iterator[list[str]]:
    for one in findings[:FINDINGS]:
        yield [f"{way}: {one.subject} {one.value}", one.share, f"TGI {one.tgi}"]


def _board(edition: Edition, content: dict[str, Any]) -> LetterBoard:
    return LetterBoard(**outside(edition), told=content)
