import json
import re

from tags.rules.definition import DEFINITIONS, parse_definition
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


def about_kinds(text: str) -> str:
    return text.split("## What a tag is made of", 1)[1].split("\n## ", 1)[0]


def test_each_kind_of_tag_has_an_example_that_can_be_read() -> None:
    text = about_kinds(DOCS.read_text(encoding="utf-8"))
    examples = dict(re.findall(r"^\*\*(\w+)\*\*.*?```json\n(.*?)```", text, re.DOTALL | re.MULTILINE))
    assert set(examples) == set(DEFINITIONS)
    for kind, example in examples.items():
        parse_definition(kind, json.loads(example))


def test_every_kind_of_condition_is_explained() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert [kind for kind in CONDITIONS if f'`{{"{kind}":' not in text] == []
