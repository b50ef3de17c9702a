import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cdp.errors import Problem, UserError
from cdp.ledger.models import JobState
from cdp.sources.models import Feed, Source
from cdp.sources.pulls.services import feed_pull_now

COUNTS = ("accepted", "rejected", "events", "repeated", "customers_new", "customers_known")


class Command(BaseCommand):
    help = (
        "Read what is new in the databases a source is pulled from and load it, here and now; a JSON object each."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        source = Source.objects.filter(slug=options["source"]).first()
        if source is None:
            raise CommandError(_("There is no source %(slug)s") % {"slug": options["source"]})
        feeds = list(source.feeds.all())
        if not feeds:
            raise CommandError(_("%(source)s is pulled from no database") % {"source": source.slug})
        outcomes = [self._pull(feed) for feed in feeds]
        if any(outcome["state"] != JobState.DONE for outcome in outcomes):
            sys.exit(1)

    def _pull(self, feed: Feed) -> dict[str, Any]:
        """The state is that of the load, where there is one."""
        told: dict[str, Any] = {"from": feed.title, "state": JobState.FAILED.value}
        try:
            job = feed_pull_now(feed=feed)
        except UserError as error:
            self._show([problem.as_json() for problem in error.problems])
        else:
            self._show(job.notes)
            self._show(job.problems)
            told |= {"state": job.state, "pull": job.pk, "rows": job.rows}
            if job.load is not None:
                self._show(job.load.problems)
                told |= {"state": job.load.state, "load": job.load.pk}
                told |= {name: job.load.summary.get(name, 0) for name in COUNTS}
        self.stdout.write(json.dumps(told, ensure_ascii=False))
        return told

    def _show(self, problems: list[dict[str, Any]]) -> None:
        for data in problems:
            problem = Problem.from_json(data)
            hint = f"\n    → {_(problem.hint) % problem.params}" if problem.hint else ""
            self.stderr.write(f"  ! {_(problem.message) % problem.params}{hint}")
