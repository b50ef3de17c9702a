import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cdp.access.viewer import SYSTEM
from cdp.errors import N_, Problem, UserError
from cdp.ledger.models import JobState
from cdp.sources.mapping import parse
from cdp.sources.models import Load, LoadStage, Source, UpdateMode, Upload
from cdp.sources.pages import again_text, joined_text
from cdp.sources.proposal import Proposal
from cdp.sources.raw_rows import raw_row
from cdp.sources.roles import roles_of
from cdp.sources.selectors import Sample, loads_repeating, sample
from cdp.sources.services import load_now, load_undo, source_save, upload_receive, uploads_join
from cdp.sources.understanding import fits, understood

COUNTS = {
    "rows": N_("rows"),
    "accepted": N_("accepted"),
    "rejected": N_("refused"),
    "identical": N_("identical rows"),
    "events": N_("events"),
    "repeated": N_("already loaded"),
    "customers_new": N_("new customers"),
    "customers_known": N_("known customers"),
    "customers_merged": N_("merged customers"),
    "reviews": N_("pairs to decide"),
    "blocked": N_("blocked identifiers"),
    "first_time": N_("first time"),
    "last_time": N_("last time"),
}
ROLES = {
    "identifier": N_("identifier"),
    "attribute": N_("attribute"),
    "property": N_("property"),
    "name": N_("event"),
    "time": N_("time"),
    "key": N_("key"),
    "also": N_("one more event"),
    "": N_("left out"),
}
STAGES = {LoadStage.CHECK: N_("Dry run"), LoadStage.WRITE: N_("Load")}


class Command(BaseCommand):
    help = "Load files into a source: shows what each column is taken for, tries, and loads with --yes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--source", metavar="SLUG")
        parser.add_argument("--sheet", default="")
        parser.add_argument("--lines", type=Path, metavar="FILE", help="the lines of the orders in FILE")
        parser.add_argument("--on", default="", metavar="COLUMN", help="the order's number, if it is not found")
        parser.add_argument("--mapping", type=Path, metavar="FILE.json")
        parser.add_argument("--preset", default="", metavar="NAME", help="what the file is; --presets lists them")
        parser.add_argument("--presets", action="store_true", help="list the presets there are")
        parser.add_argument(
            "--update",
            choices=UpdateMode.values,
            help="a new file adds to what is there, or replaces it all",
        )
        parser.add_argument("--yes", action="store_true", help="load after the dry run without asking")
        parser.add_argument("--undo", type=int, metavar="N", help="take load number N back as a whole")
        parser.add_argument("--raw", type=int, nargs=2, metavar=("LOAD", "ROW"), help="show a row as it came")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["raw"] is not None:
            self._raw(*options["raw"])
            return
        if options["presets"]:
            call_command("presets", stdout=self.stdout)
            return
        if options["undo"] is not None:
            self._undo(options["undo"], options)
            return
        if not options["files"] or not options["source"]:
            raise CommandError(_("Say which files to load, and into which source: load FILE… --source SLUG"))
        given = self._given_mapping(options["mapping"])
        outcomes: list[dict[str, Any]] = []
        for file in options["files"]:
            try:
                outcomes.append(self._load_file(file, given, options))
            except UserError as error:
                self._show_problems([problem.as_json() for problem in error.problems])
                outcomes.append({"file": str(file), "state": JobState.FAILED.value})
        self.stdout.write(json.dumps(_total(options["source"], outcomes), ensure_ascii=False))
        if any(outcome["state"] != JobState.DONE for outcome in outcomes):
            sys.exit(1)

    def _raw(self, number: int, row: int) -> None:
        """One JSON object: column → text, as it stood in the file."""
        load = Load.objects.filter(pk=number).first()
        if load is None:
            raise CommandError(_("There is no load number %(number)s") % {"number": number})
        try:
            found = raw_row(SYSTEM, load, row)
        except UserError as error:
            self._show_problems([problem.as_json() for problem in error.problems])
            sys.exit(1)
        self.stdout.write(json.dumps(dict(found.cells), ensure_ascii=False))

    def _undo(self, number: int, options: dict[str, Any]) -> None:
        if options["files"]:
            raise CommandError(_("Either load files or undo a load, not both"))
        load = Load.objects.filter(pk=number).first()
        if load is None:
            raise CommandError(_("There is no load number %(number)s") % {"number": number})
        try:
            load_undo(load=load, by=None)
        except UserError as error:
            self._show_problems([problem.as_json() for problem in error.problems])
            sys.exit(1)
        self.stdout.write(_("The load was undone: its customers, values and events are gone again."))
        again = loads_repeating(load)
        for later in again:
            self.stdout.write(again_text(later))
        self.stdout.write(json.dumps({"undone": number, "load_again": [later.pk for later in again]}))

    def _given_mapping(self, path: Path | None) -> dict[str, Any]:
        """What the file says, whatever that is: `parse` judges it."""
        if path is None:
            return {}
        try:
            return json.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError, RecursionError) as error:
            raise CommandError(_("The mapping %(file)s cannot be read: %(why)s") % {"file": path, "why": error})

    def _load_file(self, file: Path, given: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
        self.stdout.write(self.style.MIGRATE_HEADING(str(file)))
        upload = self._receive(file, options["sheet"])
        if options["lines"]:
            upload = self._with_lines(upload, options["lines"], options["on"])
        shown = sample(upload)
        if len(sheets := shown.shape.sheets) > 1:
            text = _("Sheet %(sheet)s of %(sheets)s; --sheet reads another")
            self.stdout.write(text % {"sheet": shown.shape.sheet, "sheets": ", ".join(sheets)})
        start = Proposal(given) if options["mapping"] is not None else self._start(options, shown)
        mapping = start.mapping
        self._show_problems([problem.as_json() for problem in start.warnings])
        parse(mapping, shown.columns)
        self._show_mapping(mapping, shown)
        source = source_save(slug=self._source(options["source"], start).slug, update=options["update"] or "")
        load = self._run(source, upload, mapping, LoadStage.CHECK)
        if load.state == JobState.DONE and (options["yes"] or self._agreed()):
            load = self._run(source, upload, mapping, LoadStage.WRITE)
            if load.state == JobState.DONE:
                source_save(slug=source.slug, mapping=mapping)
        return {"file": str(file), "load": load.pk, "stage": load.stage, "state": load.state} | {
            name: load.summary.get(name) for name in COUNTS
        }

    def _with_lines(self, heads: Upload, lines: Path, on: str) -> Upload:
        upload, joined = uploads_join(heads=heads, lines=self._receive(lines, ""), by=None, on=on)
        self.stdout.write(joined_text(joined))
        return upload

    def _receive(self, file: Path, sheet: str) -> Upload:
        try:
            with file.open("rb") as stream:
                return upload_receive(file=stream, name=file.name, by=None, sheet=sheet)
        except OSError as error:
            raise CommandError(_("%(file)s cannot be read: %(why)s") % {"file": file, "why": error.strerror})

    def _start(self, options: dict[str, Any], shown: Sample) -> Proposal:
        """The preset that was asked for; or the source's own mapping where it fits this file; or a proposal."""
        saved = Source.objects.filter(slug=options["source"]).values_list("mapping", flat=True).first()
        if saved and not options["preset"]:
            if fits(saved, shown.columns):
                return Proposal(saved)
            self.stdout.write(_("The saved mapping does not fit this file; a new one is proposed."))
        start = understood(shown, preset=options["preset"])
        if start.preset:
            name = f"{_(start.preset.name)} ({start.preset.slug})"
            self.stdout.write(_("This looks like an export of %(name)s") % {"name": name})
        return start

    def _source(self, slug: str, start: Proposal) -> Source:
        """The source; a channel it does not have yet is that of the preset."""
        source = source_save(slug=slug)
        if start.preset and not source.channel:
            return source_save(slug=slug, channel=start.preset.channel)
        return source

    def _run(self, source: Source, upload: Upload, mapping: dict[str, Any], stage: LoadStage) -> Load:
        load = load_now(source=source, upload=upload, mapping=mapping, stage=stage, by=None)
        self._show_load(load)
        return load

    def _agreed(self) -> bool:
        if not sys.stdin.isatty():
            self.stdout.write(_("Nothing was loaded yet. Run it again with --yes to load."))
            return False
        return input(_("Load this now? [y/N] ")).strip().lower() in ("y", "yes", "是")

    def _show_mapping(self, mapping: dict[str, Any], shown: Sample) -> None:
        for role in roles_of(mapping, shown.columns):
            examples = ", ".join(shown.values(role.column))
            meaning = " ".join(part for part in (_(ROLES[role.role]), role.slug, role.kind) if part)
            self.stdout.write(f"  {role.column}  →  {meaning}    ({examples[:80]})")

    def _show_load(self, load: Load) -> None:
        stage, state = _(STAGES[LoadStage(load.stage)]), load.get_state_display()
        self.stdout.write(f"{stage} #{load.pk}: {state}")
        for name, label in COUNTS.items():
            if (value := load.summary.get(name)) not in (None, 0):
                self.stdout.write(
                    f"  {_(label)}: {value:,}" if isinstance(value, int) else f"  {_(label)}: {value}"
                )
        self._show_problems(load.summary.get("problems", []))
        self._show_problems(load.problems)
        if load.rejects:
            self.stdout.write(_("Refused rows are in %(file)s") % {"file": default_storage.path(load.rejects)})

    def _show_problems(self, problems: list[dict[str, Any]]) -> None:
        for data in problems:
            problem = Problem.from_json(data)
            where = data.get("column") or "/".join(map(str, problem.path))
            count = f" × {data['count']:,}" if "count" in data else ""
            text = _(problem.message) % problem.params
            hint = f"\n    → {_(problem.hint) % problem.params}" if problem.hint else ""
            example = f" ({data['sample']})" if data.get("sample") else ""
            self.stderr.write(f"  ! {where + ': ' if where else ''}{text}{count}{example}{hint}")


def _total(source: str, outcomes: list[dict[str, Any]]) -> dict[str, Any]:
    sums = {
        name: sum(outcome.get(name) or 0 for outcome in outcomes)
        for name in COUNTS
        if name not in ("first_time", "last_time")
    }
    return {"source": source, **sums, "loads": outcomes}
