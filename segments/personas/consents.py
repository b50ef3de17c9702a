"""Which attributes say what a customer agreed to. Decided by name, so that files from any shop show it."""

from collections.abc import Iterable
from dataclasses import dataclass

from .customer import Fact

SIGNS = ("consent", "agree", "opt_in", "optin", "subscri", "allow", "授权", "同意", "訂閱", "订阅")


@dataclass(frozen=True)
class Consent:
    name: str
    given: bool


def consents_of(known: Iterable[Fact]) -> list[Consent]:
    """What was said, yes or no; nothing for what is not known."""
    return [
        Consent(fact.attribute.name, fact.value)
        for fact in known
        if isinstance(fact.value, bool) and any(sign in fact.attribute.slug.lower() for sign in SIGNS)
    ]
