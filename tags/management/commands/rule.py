import json
import sys
from pathlib import Path
from typing import Any

import pyarrow.csv
from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import localtime

from cdp.access.viewer import SYSTEM
from cdp.errors import N_, UserError, user_error
from cdp.identity.selectors import identifier_columns
from tags.json_text import json_read
from tags.moments import as_of_read
from tags.problems import problem_line
from tags.selectors import Matched, rule_members


class Command(BaseCommand):
    help = "Count the customers a rule gives, and write their identifiers to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.json", help="the rule as JSON")
        parser.add_argument("--as-of", metavar="ISO", help="the moment to ask about (default: now)")
        parser.add_argument("--ids", metavar="OUT.csv", help="write customer_id and a column per identifier type")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            as_of = as_of_read(options["as_of"]) if options["as_of"] is not None else None
            matched = rule_members(SYSTEM, rule_file_read(options["file"]), as_of)
            if options["ids"]:
                ids_write(matched, Path(options["ids"]))
        except UserError as error:
            for problem in error.problems:
                self.stderr.write(problem_line(problem))
            sys.exit(2)
        count = matched.count
        answer = {"count": count.count, "universe": count.universe, "as_of": localtime(count.as_of).isoformat()}
        self.stdout.write(json.dumps(answer | {"seconds": count.seconds}))


def rule_file_read(name: str) -> Any:
    try:
        return json_read(Path(name).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise user_error(N_("The file %(name)s cannot be read: %(reason)s."), name=name, reason=error.strerror)
    except UnicodeDecodeError:
        raise user_error(N_("The file %(name)s is not UTF-8 text."), N_("Save it as UTF-8."), name=name)
    except json.JSONDecodeError as error:
        raise user_error(
            N_("The file %(name)s is not JSON: line %(line)s, column %(column)s."),
            N_("Check commas, quotes and brackets there."),
            name=name,
            line=error.lineno,
            column=error.colno,
        )


def ids_write(matched: Matched, file: Path) -> None:
    """customer_id and one column for each identifier type, by customer."""
    table = identifier_columns(list(matched.members)).sort_by("customer_id")
    try:
        pyarrow.csv.write_csv(table, file)
    except OSError as error:
        raise user_error(N_("The file %(name)s cannot be written: %(reason)s."), name=str(file), reason=str(error))
