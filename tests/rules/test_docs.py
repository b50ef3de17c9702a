import json
import re

from tags.rules.parse import CONDITIONS, parse_rule
from tags.rules.reference import DOCS, with_generated


def test_the_tables_of_the_documentation_are_those_of_the_code() -> None:
    """When this fails: `python -m tags.rules.reference`, and read what changed."""
    text = DOCS.read_text(encoding="utf-8")
    assert with_generated(text) == text
    assert "`anniversary_within`" in text


def test_the_rules_shown_as_examples_can_be_read() -> None:
    blocks = re.findall(r"```json\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    shown = [json.loads(block) for block in blocks]
    # What a tag is made of says its version; a rule alone need not.
    rules = [rule for rule in shown if "v" not in rule and {"all", "any", *CONDITIONS} & rule.keys()]
    assert len(rules) >= 2
    for rule in rules:
        parse_rule(rule)


def test_every_kind_of_condition_is_explained() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert [kind for kind in CONDITIONS if f'`{{"{kind}":' not in text] == []
