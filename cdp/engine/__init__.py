"""The one door to the columnar engines: nothing else imports their clients."""

from .asking import Asking, Cancelled, asked_as, asked_at_most, asked_still
from .duck import Connection, Engine, EngineError, beside, engine, workspace
from .rules import FileTable, RuleEngine, State, rule_engine

__all__ = [
    "Asking",
    "Cancelled",
    "Connection",
    "Engine",
    "EngineError",
    "FileTable",
    "RuleEngine",
    "State",
    "asked_as",
    "asked_at_most",
    "asked_still",
    "beside",
    "engine",
    "rule_engine",
    "workspace",
]
