import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from cdp.sources.presets import PRESETS


class Command(BaseCommand):
    help = "List the exports that are understood without a mapping: load FILE --source SLUG --preset NAME"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="as one JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        listed = [
            {"preset": preset.slug, "name": _(preset.name), "kind": preset.kind, "channel": preset.channel}
            for preset in PRESETS.values()
        ]
        if options["json"]:
            self.stdout.write(json.dumps(listed, ensure_ascii=False))
            return
        for one in listed:
            self.stdout.write(f"{one['preset']:<18} {one['kind']:<10} {one['channel']:<9} {one['name']}")
