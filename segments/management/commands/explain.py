import json
import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand

from cdp.access.viewer import SYSTEM
from cdp.errors import N_, UserError, user_error
from segments.models import Segment
from segments.why import segment_explained
from tags.models import Tag
from tags.moments import as_of_read
from tags.problems import problem_line
from tags.why import tag_explained
from tags.why_json import tag_json


class Command(BaseCommand):
    help = "Print why a customer has a value of a tag or is in a segment, and what would change it, as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", metavar="TAG_OR_SEGMENT", help="its short name")
        parser.add_argument("--kind", choices=("tag", "segment"), help="where there are both of a name")
        parser.add_argument("--customer", required=True, metavar="ID", help="a number, or an identifier in full")
        parser.add_argument(
            "--as-of", metavar="ISO", help="the moment to ask about (default: that of the run in use)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            as_of = as_of_read(options["as_of"]) if options["as_of"] is not None else None
            found = explained(options["slug"], options["kind"], options["customer"], as_of)
        except UserError as error:
            for problem in error.problems:
                self.stderr.write(problem_line(problem))
            sys.exit(2)
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))


def explained(slug: str, kind: str | None, customer: str, as_of: datetime | None) -> dict[str, Any]:
    is_tag = kind != "segment" and Tag.objects.filter(slug=slug).exists()
    is_segment = kind != "tag" and Segment.objects.filter(slug=slug).exists()
    if is_tag and is_segment:
        raise user_error(
            N_('There is a tag and a segment "%(slug)s".'),
            N_("Say which with --kind tag or --kind segment."),
            slug=slug,
        )
    if is_tag:
        return tag_json(tag_explained(SYSTEM, slug, customer, as_of=as_of))
    if is_segment:
        return segment_explained(SYSTEM, slug, customer, as_of).as_json()
    raise user_error(N_('There is no tag or segment "%(slug)s".'), slug=slug)
