import sys
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cdp.errors import N_, Problem, UserError, user_error
from cdp.ledger.models import Job, JobState
from cdp.ledger.services import job_run
from segments.backfill import backfill_create, backfill_run, backfill_runs
from segments.models import Backfill, Every, Refresh, SegmentRun
from segments.refresh import refresh_create, refresh_run, refresh_runs, refresh_targets
from tags.dependencies import Ref
from tags.models import TagRun
from tags.moments import as_of_read, day_read
from tags.problems import problem_line, problem_text
from tags.together import rules_plan

SCAN_COLUMNS = "{:<28} {:>10} {:>8} {:>14} {:>14}"
COLUMNS = "{:<28} {:<8} {:<25} {:>10} {:>10} {:>10} {:>9}  {}"


class Command(BaseCommand):
    help = (
        "Recompute tags and segments, each after what it is built from, and print the ledger. "
        "With --from and --to: as of the end of each of those days."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="tags and segments (default: all)")
        parser.add_argument("--as-of", metavar="ISO", help="the moment to compute for (default: now)")
        parser.add_argument("--from", dest="since", metavar="DAY", help="work out the past: the first day")
        parser.add_argument("--to", dest="until", metavar="DAY", help="the last day (default: the first)")
        parser.add_argument("--every", choices=Every.values, default=Every.DAY)
        parser.add_argument("--explain", action="store_true", help="print what would be read, and compute nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["since"] is not None or options["until"] is not None:
                self._backfill(options)
                return
            as_of = as_of_read(options["as_of"]) if options["as_of"] is not None else None
            if options["explain"]:
                self._explain(refresh_targets(options["slugs"]), as_of or timezone.now())
                return
            refresh = refresh_create(slugs=options["slugs"], as_of=as_of, trigger="command")
        except UserError as error:
            for problem in error.problems:
                self.stderr.write(problem_text(problem))
            sys.exit(2)
        job_run(Refresh, refresh.pk, refresh_run)
        refresh.refresh_from_db()
        self._print_ledger(refresh_runs(refresh))
        if not refresh.targets:
            self.stdout.write(_("There is no published tag and no segment yet."))
        if refresh.state != JobState.DONE:
            sys.exit(1)

    def _backfill(self, options: dict[str, Any]) -> None:
        if options["since"] is None:
            raise user_error(N_("--to needs --from: the first day."), N_("Write both, like 2026-11-21."))
        since = day_read(options["since"])
        until = day_read(options["until"]) if options["until"] is not None else since
        backfill = backfill_create(slugs=options["slugs"], since=since, until=until, every=options["every"])
        job_run(Backfill, backfill.pk, backfill_run)
        backfill.refresh_from_db()
        self._print_ledger(backfill_runs(backfill))
        if backfill.state != JobState.DONE:
            sys.exit(1)

    def _explain(self, targets: list[Ref], as_of: datetime) -> None:
        plan = rules_plan(refs=targets, as_of=as_of)
        self.stdout.write(SCAN_COLUMNS.format("event", "conditions", "parts", "rows", "bytes"))
        for scan in plan.scans:
            line = (scan.event, scan.leaves, scan.parts, scan.rows, scan.bytes)
            self.stdout.write(SCAN_COLUMNS.format(*line))
        self.stdout.write(
            _(
                "%(targets)s tags and segments name %(named)s conditions on the data, of which %(different)s are"
                " different: %(shared)s are shared. %(together)s are answered together, %(alone)s one by one."
            )
            % {
                "targets": len(targets),
                "named": plan.named,
                "different": plan.different,
                "shared": plan.shared,
                "together": plan.different - plan.alone,
                "alone": plan.alone,
            }
        )
        self.stdout.write(
            _("Rows read: %(rows)s (one condition at a time: %(rows_alone)s). Bytes of the files: %(bytes)s.")
            % {"rows": plan.rows, "rows_alone": plan.rows_alone, "bytes": plan.bytes}
        )

    def _print_ledger(self, runs: list[Job]) -> None:
        names = ("slug", "kind", "as_of", "matched", "entered", "left", "seconds", "state")
        self.stdout.write(COLUMNS.format(*names))
        for run in runs:
            self.stdout.write(ledger_line(run))
            for problem in run.problems:
                self.stderr.write(f"  {problem_line(Problem.from_json(problem))}")


def ledger_line(run: Job) -> str:
    assert isinstance(run, TagRun | SegmentRun)
    kind, slug = ("tag", run.version.tag.slug) if isinstance(run, TagRun) else ("segment", run.segment.slug)
    as_of = localtime(run.as_of).isoformat(timespec="seconds")
    seconds = "" if run.seconds is None else f"{run.seconds:.2f}"
    return COLUMNS.format(slug, kind, as_of, run.matched, run.entered, run.left, seconds, run.state)
