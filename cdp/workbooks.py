"""What reading workbooks through django-import-export has in common: errors in words, never a traceback."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from import_export.results import Error

log = logging.getLogger(__name__)


class PlainError(Error):
    """What went wrong with a sheet or a row, as it is shown. What was not foreseen goes to the log."""

    traceback = ""

    def __init__(self, error: Exception, row: Any = None, number: int | None = None):
        super().__init__(plain(error), row=row, number=number)


def plain(error: Exception) -> Exception:
    if isinstance(error, ValidationError):
        return Exception(" ".join(error.messages))
    if isinstance(error, PermissionDenied):
        return Exception(_("You may not do this. Ask an administrator for the permission."))
    log.error("reading a workbook failed", exc_info=error)
    return Exception(_("Something went wrong on our side. What was there before is unchanged."))


def columns_require(dataset: Any, *columns: str) -> None:
    """Raises `ValidationError` when a sheet lacks a column that tells its rows apart."""
    missing = [column for column in columns if column not in (dataset.headers or [])]
    if missing:
        text = _("The sheet has no column %(column)s. Export one first and edit that.")
        raise ValidationError(text % {"column": ", ".join(missing)})
