"""The question what was on a day gone by, and its answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localtime

from cdp.errors import UserError

from .moments import day_read, end_of_day
from .workbench import said


@dataclass(frozen=True)
class PastRow:
    """`share`: of all customers of then."""

    label: str
    count: int
    share: float


@dataclass(frozen=True)
class PastPage:
    """`asked`: what stands in the field. Without `run` nothing is known of that day; `older`: the answer is
    of an earlier day."""

    asked: str = ""
    day: date | None = None
    run: Any = None
    rows: list[PastRow] = field(default_factory=list)
    older: bool = False
    trouble: str = ""


Answer = Callable[[datetime], tuple[Any, Mapping[str, int]] | None]


def past_page(asked: str, answer: Answer) -> PastPage:
    """`answer(as_of)` gives the run and how many customers by label; None when there is no run so early."""
    if not asked.strip():
        return PastPage()
    try:
        day = day_read(asked)
    except UserError as error:
        return PastPage(asked, trouble=" ".join(said(problem) for problem in error.problems))
    found = answer(end_of_day(day))
    if found is None:
        return PastPage(asked, day)
    run, counts = found
    rows = [PastRow(label, count, count / run.universe if run.universe else 0.0) for label, count in counts.items()]
    return PastPage(asked, day, run, rows, older=localtime(run.as_of).date() < day)
