"""Ibis expressions → Spark SQL: Ibis's own compiler, put right where rules need more of it. Needs no Spark."""

from typing import Any

import ibis.expr.types as ir
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.base import SQLGlotCompiler
from ibis.backends.sql.compilers.pyspark import PySparkCompiler


def quoted(name: str) -> str:
    """An identifier in Spark SQL."""
    return "`" + name.replace("`", "``") + "`"


class SparkCompiler(PySparkCompiler):
    """Knows what Ibis leaves to each engine, and reads no option of a client that may not be installed."""

    __slots__ = ()

    def visit_Field(self, op: Any, **given: Any) -> Any:
        return SQLGlotCompiler.visit_Field(self, op, **given)

    def visit_NonNullLiteral(self, op: Any, *, value: Any, dtype: Any) -> Any:
        if dtype.is_floating():
            return SQLGlotCompiler.visit_NonNullLiteral(self, op, value=value, dtype=dtype)
        return super().visit_NonNullLiteral(op, value=value, dtype=dtype)

    def visit_AggUDF(self, op: Any, **given: Any) -> Any:
        if op.__func_name__ == "quantile_disc":
            return self._nearest_rank(**given)
        return super().visit_AggUDF(op, **given)

    def _nearest_rank(self, *, column: Any, share: Any, where: Any = None) -> Any:
        ordered = sge.Order(expressions=[column])
        found = sge.WithinGroup(this=self.f.anon.percentile_disc(share), expression=ordered)
        return found if where is None else sge.Filter(this=found, expression=sge.Where(this=where))


_compiler = SparkCompiler()


def spark_sql(expr: ir.Table) -> str:
    return _compiler.to_sqlglot(expr).sql(dialect=_compiler.dialect)
