"""On Spark the rules are asked whole questions. What is about reading part by part, or about columns and answers
kept or carried on, and the explanations of one customer, which ask hundreds of small ones, are left to DuckDB."""

from django.conf import settings

ON_DUCKDB = [
    "test_parts.py",
    "test_held.py",
    "test_carry.py",
    "test_sameness.py",
    "test_explain.py",
    "test_explain_cast.py",
]
collect_ignore = ON_DUCKDB if settings.CDP_ENGINE == "spark" else []
