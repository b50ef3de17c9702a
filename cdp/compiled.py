"""Questions to the database that are asked all the time, with other values each time."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


class Compiled(Generic[M]):
    """Rows of a model, by a question that is compiled once a process, because that takes longer than answering it.

    `marks` stand for the values while it is compiled: one for each, of its type, and unlike anything else the
    question says. What is related to a row is read when it is asked for, not along with it.
    """

    def __init__(self, question: Callable[..., QuerySet[M]], *marks: Any) -> None:
        self.question, self.marks = question, marks

    @cached_property
    def _compiled(self) -> tuple[type[M], str, tuple[Any, ...]]:
        found = self.question(*self.marks)
        return (found.model, *found.query.sql_with_params())

    def __call__(self, *values: Any) -> list[M]:
        model, sql, params = self._compiled
        given = dict(zip(self.marks, values, strict=True))
        return list(model._default_manager.raw(sql, [given.get(param, param) for param in params]))
