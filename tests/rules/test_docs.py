from tags.rules.reference import DOCS, with_generated


def test_the_tables_of_the_documentation_are_those_of_the_code() -> None:
    """When this fails: `python -m tags.rules.reference`, and read what changed."""
    text = DOCS.read_text(encoding="utf-8")
    assert with_generated(text) == text
    assert "`anniversary_within`" in text
