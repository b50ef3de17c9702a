import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cdp.errors import Problem
from cdp.ledger.models import JobState
from cdp.ledger.services import job_run
from cdp.store.lake import snapshot
from cdp.store.models import Upkeep, UpkeepWork
from cdp.store.upkeep import upkeep_create, upkeep_run

COLUMNS = "{:<24} {:<8} {:>6} {:>14} {:>16}"


class Command(BaseCommand):
    help = "Show what the lake holds, join its small files, or delete files nobody needs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["stats", *UpkeepWork.values])

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "stats":
            self._print_stats()
        else:
            self._run(options["what"])

    def _print_stats(self) -> None:
        with snapshot() as lake:
            scan = lake.scan()
        self.stdout.write(COLUMNS.format("event", "month", "files", "rows", "bytes"))
        for part in scan.parts:
            row = (part.event, part.month, part.files, f"{part.rows:,}", f"{part.bytes:,}")
            self.stdout.write(COLUMNS.format(*row))
        self.stdout.write(COLUMNS.format("", "", scan.files, f"{scan.rows:,}", f"{scan.bytes:,}"))

    def _run(self, work: str) -> None:
        job = upkeep_create(work=work)
        job_run(Upkeep, job.pk, upkeep_run)
        job.refresh_from_db()
        for problem in job.problems:
            found = Problem.from_json(problem)
            self.stderr.write(f"{_(found.message) % found.params} {_(found.hint) % found.params}")
        if job.state != JobState.DONE:
            sys.exit(1)
        if work == UpkeepWork.COMPACT:
            text = ngettext("%(count)s file was replaced.", "%(count)s files were replaced.", job.files)
        else:
            text = ngettext("%(count)s file was deleted.", "%(count)s files were deleted.", job.files)
        self.stdout.write(text % {"count": job.files})
