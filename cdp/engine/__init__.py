"""The one door to the columnar engines: nothing else imports their clients."""

from .duck import Connection, Engine, EngineError, beside, engine, workspace
from .rules import FileTable, RuleEngine, State, rule_engine

__all__ = [
    "Connection",
    "Engine",
    "EngineError",
    "FileTable",
    "RuleEngine",
    "State",
    "beside",
    "engine",
    "rule_engine",
    "workspace",
]
