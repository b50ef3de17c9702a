"""The one door to the columnar engine: nothing else imports its client."""

from .duck import Connection, Engine, EngineError, engine, workspace

__all__ = ["Connection", "Engine", "EngineError", "engine", "workspace"]
