"""Whether a rule can be read now."""

from typing import Any

from cdp.access.viewer import SYSTEM
from cdp.errors import Problem, UserError
from tags.rules.validate import read_rule
from tags.selectors import catalog


def rule_problems(rule: Any) -> list[Problem]:
    try:
        read_rule(rule, catalog(SYSTEM))
    except UserError as error:
        return list(error.problems)
    return []
