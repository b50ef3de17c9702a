"""Problems as lines of text, in the language in force, for places that have no form to show them in."""

from django.utils.translation import gettext

from cdp.errors import Problem


def problem_line(problem: Problem) -> str:
    """`all → 2 → value: What is wrong. What to do about it.` Places in lists count from 1."""
    where, text = problem_path(problem), problem_text(problem)
    return f"{where}: {text}" if where else text


def problem_path(problem: Problem) -> str:
    return " → ".join(str(step + 1 if isinstance(step, int) else step) for step in problem.path)


def problem_text(problem: Problem) -> str:
    parts = (problem.message, problem.hint)
    return " ".join(gettext(part) % problem.params if problem.params else gettext(part) for part in parts if part)
