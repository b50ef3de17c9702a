import json
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cdp.errors import N_, Problem, UserError
from cdp.identity.alike import matching_now
from cdp.identity.matching.matcher import MERGE_AT, Matched, match
from cdp.identity.matching.roles import ROLE_NAMES, Role
from cdp.ledger.models import JobState
from cdp.sources.matching import PeopleFile, pairs_write, people_read, people_write

STORED = {
    "customers": N_("customers"),
    "fresh": N_("new or changed"),
    "compared": N_("pairs compared"),
    "merged": N_("merged"),
    "asked": N_("pairs to review"),
}
SINGLE = {"auto": None, "yes": True, "no": False}


def probability(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 < found < 1:
        raise ArgumentTypeError(_("it must lie between 0 and 1, for example 0.95"))
    return found


class Command(BaseCommand):
    help = (
        "Find out which records of one file or several are probably the same person, by the columns' names alone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--id", metavar="COLUMN", help="the column that names a record; else row numbers")
        parser.add_argument("--ignore", action="append", default=[], metavar="COLUMN", help="do not compare it")
        parser.add_argument("--sheet", default="")
        parser.add_argument("--threshold", type=probability, default=MERGE_AT, help="how sure a merge must be")
        parser.add_argument("--one-to-one", choices=SINGLE, default="auto", help="nobody is twice in one file")
        parser.add_argument("--out", type=Path, metavar="FILE.csv", help="pairs that are one person")
        parser.add_argument("--review", type=Path, metavar="FILE.csv", help="pairs somebody should look at")
        parser.add_argument("--clusters", type=Path, metavar="FILE.csv", help="which person each record is")
        parser.add_argument("--stored", action="store_true", help="the customers who are stored, not files")
        parser.add_argument(
            "--whole", action="store_true", help="with --stored: all pairs again, not new ones only"
        )
        parser.add_argument("--json", action="store_true", help="the summary as JSON, and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["files"]) == options["stored"]:
            raise CommandError(_("Say which files to match, or --stored for the customers who are stored"))
        if options["stored"]:
            self._stored(options)
            return
        started = time.perf_counter()
        try:
            sources = self._read(options)
            single = SINGLE[options["one_to_one"]]
            found = match([one.records for one in sources], threshold=options["threshold"], single=single)
        except UserError as error:
            self._show_problems(error)
            sys.exit(1)
        self._write(sources, found, options)
        self._tell(sources, found, time.perf_counter() - started, options)

    def _stored(self, options: dict[str, Any]) -> None:
        job = matching_now(whole=options["whole"])
        told = {name: getattr(job, name) for name in ("customers", "fresh", "compared", "merged", "asked")}
        told |= {"state": job.state, "seconds": round(job.seconds or 0, 1)}
        if options["json"]:
            self.stdout.write(json.dumps(told))
        elif job.state == JobState.DONE:
            for name, text in STORED.items():
                self.stdout.write(f"{_(text)}: {told[name]:,}")
            self.stdout.write(_("It took %(seconds)s s.") % {"seconds": told["seconds"]})
        for problem in job.problems:
            self._show(Problem.from_json(problem))
        if job.state != JobState.DONE:
            sys.exit(1)

    def _read(self, options: dict[str, Any]) -> list[PeopleFile]:
        return [
            people_read(path, key=options["id"], sheet=options["sheet"], ignore=options["ignore"])
            for path in options["files"]
        ]

    def _write(self, sources: Sequence[PeopleFile], found: Matched, options: dict[str, Any]) -> None:
        try:
            if options["out"]:
                pairs_write(options["out"], sources, found, found.merged)
            if options["review"]:
                pairs_write(options["review"], sources, found, found.review)
            if options["clusters"]:
                people_write(options["clusters"], sources, found)
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be written: %(why)s") % {"file": error.filename, "why": error.strerror}
            )

    def _tell(self, sources: Sequence[PeopleFile], found: Matched, seconds: float, options: dict[str, Any]) -> None:
        summary = {
            "records": found.records,
            "pairs_compared": found.compared,
            "pairs_merged": found.merged.num_rows,
            "pairs_to_review": found.review.num_rows,
            "people": found.records - sum(len(group) - 1 for group in found.groups),
            "one_to_one": found.one_to_one,
            "threshold": options["threshold"],
            "seconds": round(seconds, 1),
        }
        if options["json"]:
            self.stdout.write(json.dumps(summary, ensure_ascii=False))
            return
        for source in sources:
            self.stdout.write(self.style.MIGRATE_HEADING(source.name))
            for column in source.records.columns:
                role = _(ROLE_NAMES[Role.RECORD if column.name == source.records.key else column.role])
                self.stdout.write(f"  {column.name} → {role}")
        for text, value in (
            (_("records"), found.records),
            (_("pairs compared"), found.compared),
            (_("pairs that are one person"), found.merged.num_rows),
            (_("pairs to review"), found.review.num_rows),
            (_("people"), summary["people"]),
        ):
            self.stdout.write(f"{text}: {value:,}")
        if found.one_to_one:
            self.stdout.write(_("No file has anybody twice, so each record was given one partner at most."))
        self.stdout.write(_("It took %(seconds)s s.") % {"seconds": summary["seconds"]})

    def _show_problems(self, error: UserError) -> None:
        for problem in error.problems:
            self._show(problem)

    def _show(self, problem: Problem) -> None:
        self.stderr.write(self.style.ERROR(_(problem.message) % problem.params))
        if problem.hint:
            self.stderr.write(_(problem.hint) % problem.params)
