"""plotly.js comes with the installed plotly package: it is served from there, and never copied into ours."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import plotly
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

PACKAGE_DATA = Path(plotly.__file__).parent / "package_data"
SCRIPT = "plotly.min.js"
PREFIX = "plotly"


def plotly_script() -> str:
    return (PACKAGE_DATA / SCRIPT).read_text(encoding="utf-8")


class PlotlyFinder(BaseFinder):
    """`{% static "plotly/plotly.min.js" %}`"""

    def __init__(self, *args: Any, **kwargs: Any):
        self.storage = FileSystemStorage(location=str(PACKAGE_DATA))
        self.storage.prefix = PREFIX  # type: ignore[attr-defined]

    def check(self, **kwargs: Any) -> list:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file's place, or all its places; an empty list when it is not this finder's."""
        found = [str(PACKAGE_DATA / SCRIPT)] if path == f"{PREFIX}/{SCRIPT}" else []
        return found[0] if found and not find_all else found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        yield SCRIPT, self.storage
