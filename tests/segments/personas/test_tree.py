"""A tree asks what tells members from the rest, and nothing that chance explains."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap
from scipy.stats import chi2_contingency

from segments.personas.tree import WORTH, Question, gini, leaves, tree_grown


def question(slug, holders):
    return Question(slug, slug, {"tag": slug, "op": "is", "value": "yes"}, BitMap(holders))


def drawn(random, customers, share):
    return np.flatnonzero(random.random(customers) < share).tolist()


@pytest.fixture
def night_shoppers():
    """They shop at night; of the others those with snacks and a coupon belong, too. Star signs mean nothing."""
    random = np.random.default_rng(7)
    night, snacks, coupon = (drawn(random, 20_000, share) for share in (0.2, 0.3, 0.5))
    signs = [question(f"sign {n}", drawn(random, 20_000, 0.08)) for n in range(12)]
    members = BitMap(night) | (BitMap(snacks) & BitMap(coupon))
    questions = [*signs, question("snacks", snacks), question("coupon", coupon), question("night", night)]
    return questions, members, BitMap(range(20_000))


def test_it_finds_the_questions_that_make_a_group(night_shoppers):
    questions, members, everyone = night_shoppers
    tree = tree_grown(questions, members, everyone, least=20)
    asked = {q.subject for leaf in leaves(tree) for q, _yes in leaf.way}
    assert asked == {"night", "snacks", "coupon"}
    assert tree.question.subject == "night" and tree.yes.share == 1
    pure = {leaf.node.share for leaf in leaves(tree)}
    assert pure == {0, 1}


def test_a_way_through_it_is_a_rule(night_shoppers):
    questions, members, everyone = night_shoppers
    found = [leaf.rule for leaf in leaves(tree_grown(questions, members, everyone, least=20))]
    night = {"tag": "night", "op": "is", "value": "yes"}
    assert found[0] == {"all": [night]}
    assert all({"not": night} in rule["all"] for rule in found[1:])


def test_what_chance_explains_is_not_asked():
    random = np.random.default_rng(8)
    questions = [question(f"sign {n}", drawn(random, 5_000, 0.1)) for n in range(200)]
    tree = tree_grown(questions, BitMap(drawn(random, 5_000, 0.2)), BitMap(range(5_000)), least=20)
    assert tree.question is None


def test_no_node_speaks_of_a_few_people():
    everyone, members = BitMap(range(1_000)), BitMap(range(100))
    telling = [question("of ten", range(10)), question("but for five", range(95)), question("all", range(1_000))]
    assert tree_grown(telling, members, everyone, least=20).question is None
    assert tree_grown(telling, members, everyone, least=5).question.subject == "but for five"


sets = st.sets(st.integers(0, 59), max_size=60)


@settings(max_examples=60, deadline=None)
@given(sets, st.lists(sets, min_size=1, max_size=6))
def test_the_first_question_is_the_best_that_plain_counting_finds(members, holders):
    everyone = set(range(60))
    tree = tree_grown(
        [question(str(n), one) for n, one in enumerate(holders)], BitMap(members), BitMap(everyone), least=1
    )
    gains = {}
    for number, having in enumerate(holders):
        table = [
            [len(members & having), len(having - members)],
            [len(members - having), len(everyone - having - members)],
        ]
        if not all(map(any, (*table, *zip(*table, strict=True)))) or not having or having == everyone:
            continue
        if chi2_contingency(table, correction=False).pvalue * len(holders) < 0.01:
            sides = [(sum(row), row[0]) for row in table]
            gains[str(number)] = 60 * gini(len(members), 60) - sum(n * gini(m, n) for n, m in sides)
    best = max(gains.values(), default=0)
    if best <= WORTH * 60 * gini(len(members), 60):
        assert tree.question is None
    else:
        assert gains[tree.question.subject] == pytest.approx(best)
