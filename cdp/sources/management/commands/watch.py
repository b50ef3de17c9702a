import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cdp.ledger.services import job_run
from cdp.sources.models import Pull, Source, Watch
from cdp.sources.watching import inbox, pull_run, watch_save


class Command(BaseCommand):
    help = "Load files by themselves that are put into a source's folder; --now looks at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="SLUG")
        parser.add_argument("--pattern", metavar="*.csv", help="names of the files that are taken")
        parser.add_argument("--off", action="store_true", help="watch it no more")
        parser.add_argument("--now", action="store_true", help="look through the folder here and now")

    def handle(self, *args: Any, **options: Any) -> None:
        source = Source.objects.filter(slug=options["source"]).first()
        if source is None:
            raise CommandError(_("There is no source %(slug)s") % {"slug": options["source"]})
        known = Watch.objects.filter(source=source).first()
        pattern = options["pattern"] or (known.pattern if known else "*")
        watch = watch_save(source=source, pattern=pattern, active=not options["off"])
        told: dict[str, Any] = {"folder": str(inbox(source)), "pattern": watch.pattern, "active": watch.active}
        if options["now"]:
            pull = Pull.objects.create(source=source, trigger="command")
            job_run(Pull, pull.pk, pull_run)
            pull.refresh_from_db()
            told |= {"state": pull.state, "taken": pull.taken, "problems": pull.problems}
        self.stdout.write(json.dumps(told, ensure_ascii=False))
