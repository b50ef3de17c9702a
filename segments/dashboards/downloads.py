"""A dashboard as a file that opens anywhere, without a network. It holds figures of groups and nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header

from .behind import has_numbers
from .cities import with_cities
from .files.pdf.document import board_pdf
from .files.slides import board_slides
from .files.workbook import board_workbook
from .finders import plotly_script
from .pages import Board, charts_data

STATIC = Path("static") / "dashboards"
OFFICE = "application/vnd.openxmlformats-officedocument"


def standalone_page(board: Board) -> str:
    content = with_cities(board.content)
    return render_to_string(
        "personas/standalone.html",
        {
            "board": board,
            "content": content,
            "charts_data": charts_data(board, content),
            "styles": _own("standalone.css") + _own("dashboards.css"),
            "script": _own("dashboards.js"),
            "plotly": plotly_script(),
        },
    )


@dataclass(frozen=True)
class Form:
    """A kind of file. Those `of_numbers` need the numbers behind the charts."""

    content_type: str
    make: Callable[[Board], bytes]
    of_numbers: bool = True


FORMS: Mapping[str, Form] = {
    "pptx": Form(f"{OFFICE}.presentationml.presentation", board_slides),
    "pdf": Form("application/pdf", board_pdf),
    "xlsx": Form(f"{OFFICE}.spreadsheetml.sheet", board_workbook),
    "html": Form("text/html; charset=utf-8", lambda board: standalone_page(board).encode(), of_numbers=False),
}


def may_make(board: Board, form: Form) -> bool:
    """Nothing of a group too small to show; pictures from before numbers were kept make no files of numbers."""
    return board.may_download and (not form.of_numbers or has_numbers(board.content))


def file_answer(board: Board, form: str) -> HttpResponse:
    """The file in the language that is active. Raises `Http404` for a form there is not, or not of this board."""
    made = FORMS.get(form)
    if made is None or not may_make(board, made):
        raise Http404
    name = content_disposition_header(True, f"{board.file_name}.{form}") or "attachment"
    return HttpResponse(made.make(board), content_type=made.content_type, headers={"Content-Disposition": name})


def _own(name: str) -> str:
    return (Path(settings.BASE_DIR) / STATIC / name).read_text(encoding="utf-8")
