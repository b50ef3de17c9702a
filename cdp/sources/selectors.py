"""What pages and commands may read of sources, uploads and loads."""

from dataclasses import dataclass
from pathlib import Path

from django.db.models import QuerySet

from cdp.access.viewer import Viewer, may
from cdp.ledger.models import JobState

from .models import Load, LoadStage, Source, Upload
from .readers import files
from .readers.shape import Shape


@dataclass(frozen=True)
class Sample:
    """The head of an upload: `columns`, and `rows` of text (at most about 60) below the header."""

    shape: Shape

    @property
    def columns(self) -> tuple[str, ...]:
        return self.shape.columns

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        return self.shape.preview

    def values(self, column: str, most: int = 3) -> list[str]:
        """The first distinct values of a column that are not empty."""
        index = self.columns.index(column)
        texts = (row[index].strip() for row in self.rows if index < len(row))
        return list(dict.fromkeys(text for text in texts if text))[:most]


def sample(upload: Upload) -> Sample:
    """Raises `UserError` when the file cannot be read."""
    return Sample(files.look(Path(upload.file.path), upload.sheet))


def sources(viewer: Viewer) -> QuerySet[Source]:
    return _allowed(viewer, Source.objects.all())


def loads(viewer: Viewer) -> QuerySet[Load]:
    """The newest first, with their source and file."""
    return _allowed(viewer, Load.objects.select_related("source", "upload", "requested_by", "batch"))


def loads_repeating(load: Load) -> QuerySet[Load]:
    """Later loads in use that found events of their file stored already, perhaps by this load."""
    later = load.source.loads.filter(stage=LoadStage.WRITE, state=JobState.DONE, undone_at=None, pk__gt=load.pk)
    return later.filter(summary__repeated__gt=0).order_by("pk")


def uploads(viewer: Viewer) -> QuerySet[Upload]:
    return _allowed(viewer, Upload.objects.all())


def _allowed(viewer: Viewer, rows: QuerySet) -> QuerySet:
    return rows if may(viewer, "access.load_data") else rows.none()
