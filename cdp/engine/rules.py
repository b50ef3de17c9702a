"""The engine that evaluates rules, where `CDP_ENGINE` names another one than DuckDB in this process.

It is given the same state of the lake and the same expressions, and reads the same files by itself.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

import ibis.expr.schema as sch
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from django.conf import settings

from cdp.errors import N_, user_error

log = logging.getLogger(__name__)

MODULES = {"spark": "cdp.engine.spark"}


@dataclass(frozen=True)
class FileTable:
    """Parquet files at `paths` below `root`. A column of the schema that a file lacks is missing in its rows.

    The columns in `partitions` are not in the files but in their paths (`event=purchase/month=2026-11/…`).
    """

    root: str
    paths: tuple[str, ...]
    schema: sch.Schema
    partitions: tuple[str, ...] = ()


@dataclass(frozen=True)
class State:
    """The tables of the lake in one version, and the views rules see: expressions over unbound such tables."""

    tables: Mapping[str, FileTable]
    views: Mapping[str, ir.Table]


class RuleEngine(Protocol):
    """Evaluates expressions over the views of attached states. May be used from several threads."""

    def attach(self, name: str, state: State) -> None: ...

    def detach(self, name: str) -> None: ...

    def ids(self, name: str, expr: ir.Table) -> np.ndarray:
        """The `customer_id` column as uint32, without the missing ones."""

    def frame(self, name: str, expr: ir.Table) -> pa.Table: ...


def rule_engine() -> RuleEngine | None:
    """The engine `CDP_ENGINE` names for rules; None when that is DuckDB in this process."""
    if settings.CDP_ENGINE == "duckdb":
        return None
    # Its client is an extra, so it is loaded only where it was chosen.
    try:
        return import_module(MODULES[settings.CDP_ENGINE]).engine()
    except ImportError as error:
        log.exception("the engine for rules cannot be loaded")
        raise user_error(
            N_("The engine for rules is not installed."),
            N_("Ask an administrator to run manage.py check, or to choose CDP_ENGINE=duckdb."),
        ) from error
