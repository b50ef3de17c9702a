"""A dashboard as one file that opens anywhere, without a network. It holds figures of groups and nothing else."""

from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

from .finders import plotly_script
from .pages import Board

STATIC = Path("static") / "dashboards"


def standalone_page(board: Board) -> str:
    return render_to_string(
        "personas/standalone.html",
        {
            "board": board,
            "styles": _own("standalone.css") + _own("dashboards.css"),
            "script": _own("dashboards.js"),
            "plotly": plotly_script(),
        },
    )


def _own(name: str) -> str:
    return (Path(settings.BASE_DIR) / STATIC / name).read_text(encoding="utf-8")
