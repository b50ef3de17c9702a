"""A small tree of yes-or-no questions that tells a group's members from the rest. Pure: sets in, questions out.

Each question is the one that lowers Gini's impurity of its node the most, among those that chance does not explain
(chi-square, corrected for how many questions were tried) and that leave both answers enough customers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyroaring import BitMap

DEPTH = 3
CHANCE = 0.01
# A question that improves on a node's impurity by less than this part of the whole tree's is not worth reading.
WORTH = 0.005


@dataclass(frozen=True)
class Question:
    """`rule` is the condition whose answer is yes for the `holders`; `subject` tells which questions are of one
    thing, `text` is what a reader sees, `value` as it is stored."""

    subject: str
    text: str
    rule: dict[str, Any]
    holders: BitMap = field(repr=False)
    value: str = ""


@dataclass(frozen=True)
class Node:
    """So many `members` among so many of `everyone` who gave the answers on the way here."""

    members: int
    everyone: int
    question: Question | None = None
    yes: "Node | None" = None
    no: "Node | None" = None

    @property
    def share(self) -> float:
        return self.members / self.everyone if self.everyone else 0.0


@dataclass(frozen=True)
class Leaf:
    """A way through the tree: the questions with their answers, and who is at its end."""

    way: tuple[tuple[Question, bool], ...]
    node: Node

    @property
    def rule(self) -> dict[str, Any]:
        return {"all": [question.rule if yes else {"not": question.rule} for question, yes in self.way]}


def tree_grown(questions: Sequence[Question], members: BitMap, everyone: BitMap, *, least: int) -> Node:
    """`members` are among `everyone`. No node has fewer than `least` customers, or between one and `least` members
    or others, so that none says something of a few people."""
    whole = gini(len(members), len(everyone)) * len(everyone)
    return _grown(questions, members, everyone, least, whole, DEPTH)


def _grown(
    questions: Sequence[Question], members: BitMap, everyone: BitMap, least: int, whole: float, depth: int
) -> Node:
    here = Node(len(members), len(everyone))
    if not depth:
        return here
    best = max(_tried(questions, members, everyone, least), default=(0.0, 0), key=lambda one: (one[0], -one[1]))
    if best[0] <= WORTH * whole:
        return here
    question = questions[best[1]]
    yes = _grown(questions, members & question.holders, everyone & question.holders, least, whole, depth - 1)
    no = _grown(questions, members - question.holders, everyone - question.holders, least, whole, depth - 1)
    return Node(here.members, here.everyone, question, yes, no)


def _tried(
    questions: Sequence[Question], members: BitMap, everyone: BitMap, least: int
) -> Iterator[tuple[float, int]]:
    """Of each question that may be asked here: how much it lowers the impurity (times customers), and its place."""
    ours, all_here = len(members), len(everyone)
    surprising, impurity = _surprising(len(questions)), gini(ours, all_here)
    for place, question in enumerate(questions):
        having = everyone.intersection_cardinality(question.holders)
        with_it = members.intersection_cardinality(question.holders)
        if not all(_is_enough(*side, least) for side in ((with_it, having), (ours - with_it, all_here - having))):
            continue
        gain = impurity * all_here
        gain -= gini(with_it, having) * having + gini(ours - with_it, all_here - having) * (all_here - having)
        # What it lowers the impurity by, over the impurity, is the chi-square of answers and members.
        if impurity and gain / impurity > surprising:
            yield gain, place


def _is_enough(members: int, everyone: int, least: int) -> bool:
    return everyone >= least and all(count == 0 or count >= least for count in (members, everyone - members))


def gini(members: int, everyone: int) -> float:
    """The chance that two drawn customers (with return) are not of one kind: 2p(1−p)."""
    share = members / everyone if everyone else 0.0
    return 2 * share * (1 - share)


def _surprising(tried: int) -> float:
    """The chi-square (one degree of freedom) that one of so many questions exceeds by chance in CHANCE of cases."""
    from scipy.stats import chi2

    return float(chi2.isf(CHANCE / max(tried, 1), 1))


def leaves(node: Node, way: tuple[tuple[Question, bool], ...] = ()) -> Iterator[Leaf]:
    """Every way to an end, in reading order."""
    if node.question is None or node.yes is None or node.no is None:
        yield Leaf(way, node)
        return
    yield from leaves(node.yes, (*way, (node.question, True)))
    yield from leaves(node.no, (*way, (node.question, False)))
