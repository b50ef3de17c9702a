import time
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cdp.access.accounts import demo_accounts_create
from cdp.errors import UserError
from segments.demo.board import board_load
from segments.demo.brand import BRAND
from segments.demo.load import is_loaded, world_load
from segments.demo.reviewed import review_load
from segments.demo.world import world_make
from tags.problems import problem_line


class Command(BaseCommand):
    help = "Load the demo world: an invented brand with invented customers, tags, segments and personas."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--customers", type=int, default=20_000)
        parser.add_argument("--seed", type=int, default=7)
        languages = [code for code, _name in settings.LANGUAGES]
        parser.add_argument(
            "--language", choices=languages, default=settings.LANGUAGE_CODE, help="of the descriptions"
        )
        parser.add_argument("--end", type=date.fromisoformat, metavar="DATE", help="default: today")

    def handle(self, *args: Any, customers: int, seed: int, language: str, **options: Any) -> None:
        began = time.monotonic()
        if is_loaded():
            raise CommandError("The demo world is there already. For another one, start with an empty CDP_DATA.")
        if not 10 <= customers <= 5_000_000:
            raise CommandError("Choose between 10 and 5,000,000 customers.")
        demo_accounts_create()
        zone = ZoneInfo(settings.CDP_TIME_ZONE)
        now = timezone.localtime(timezone.now(), zone)
        end = options["end"] or now.date()
        as_of = now if end == now.date() else datetime.combine(end, datetime.min.time(), zone)
        world = world_make(customers=customers, seed=seed, end=end, zone=settings.CDP_TIME_ZONE)
        admin = User.objects.get(username="admin")
        try:
            world_load(world, by=admin, as_of=as_of, language=language, say=self._say)
            review_load(language)
            board_load(language)
        except UserError as error:
            raise CommandError("\n".join(problem_line(problem) for problem in error.problems)) from error
        self._say(f"{BRAND['en']} is ready in {time.monotonic() - began:.0f} s. All of it is invented.")

    def _say(self, text: str) -> None:
        self.stdout.write("  " + text)
        self.stdout.flush()
