"""What a refresh found of each condition, kept for the next one (`tags.rules.carry`).

Conditions are kept as bitmaps; of a measure the numbers in use of a tag of exactly that measure do. Those by which
customers are ranked are kept besides, because a tag's say 0 of who has none.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Exists, Model, OuterRef

from cdp.store.seen import Seen

from .dependencies import TAG, Ref
from .measurements import measurement_table, measurements_with_base
from .membership import bitmap_read, bitmap_write
from .models import AnswerBase, EmptyPolicy, LeafAnswer, MeasureAnswer, Tag, TagKind, VersionState
from .moments import moment_of
from .packed import pack, unpack
from .rules.canonical import canonical_measure, fingerprint
from .rules.carry import Answer, Carried, Recalled
from .rules.edges import edges
from .rules.evaluate import Evaluation, asked_in
from .rules.having import Having
from .rules.nodes import Measure, Node
from .rules.shared import Asked
from .tables import numbers_table
from .together import Rule

# Another one whenever newer code would answer the same condition otherwise.
EDITION = "1"
# Longer than the longest schedule.
KEPT = timedelta(days=35)
Rules = Mapping[Ref, list[Rule]]
A = TypeVar("A", Node, Measure)
Recall = dict[Asked, Callable[[], Answer | None]]


class Kept:
    """What there is to keep of one refresh, once it has been found."""

    def __init__(self, evaluation: Evaluation, rules: Rules) -> None:
        self.evaluation = evaluation
        named = set().union(*(asked_in(rule) for rule in chain(*rules.values()) if not isinstance(rule, Measure)))
        self.leaves: dict[str, Node] = {_key(one): one for one in named if not isinstance(one, Measure)}
        self.ranked: dict[str, Measure] = {_key(one): one for one in named if isinstance(one, Measure)}
        self._numbers: dict[str, bytes] = {}

    def ranked_keep(self) -> None:
        """Before the evaluation forgets its numbers, for they take room."""
        for key, measure in self._carriable(self.ranked).items():
            if (having := self.evaluation.measured(measure)) is not None:
                self._numbers[key] = pack(numbers_table(having.ids, having.values)).write()

    def _carriable(self, asked: Mapping[str, A]) -> dict[str, A]:
        lake, moment = self.evaluation.lake, self.evaluation.moment
        return {key: one for key, one in asked.items() if edges(one, lake.tables.events, moment) is not None}

    @transaction.atomic
    def write(self) -> None:
        """In the place of what was kept before."""
        lake: Any = self.evaluation.lake
        base, _made = AnswerBase.objects.update_or_create(
            token=lake.version, as_of=self.evaluation.moment.as_of, defaults={"seen": lake.seen().as_json()}
        )
        found = {key: self.evaluation.known(leaf) for key, leaf in self._carriable(self.leaves).items()}
        bitmaps = {key: bitmap_write(members) for key, members in found.items() if members is not None}
        _write(LeafAnswer, "bitmap", base, self.leaves, bitmaps)
        _write(MeasureAnswer, "numbers", base, self.ranked, self._numbers)
        _bases_forget(base)


def _write(
    model: type[Model],
    field: str,
    base: AnswerBase,
    wanted: Collection[str],
    found: Mapping[str, bytes],
) -> None:
    model._default_manager.filter(key__in=[key for key in wanted if key not in found]).delete()
    # Another refresh may keep the same condition at this moment: whichever comes last stays, with its own base.
    model._default_manager.bulk_create(
        [model(key=key, base=base, **{field: blob}) for key, blob in found.items()],
        batch_size=200,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["base", field],
    )


@contextmanager
def answers_carried(evaluation: Evaluation, rules: Rules) -> Iterator[Kept]:
    """Let an evaluation start from what earlier refreshes found of these rules, as far as they did; what it has
    found in the end is kept for the next one."""
    lake: Any = evaluation.lake
    kept = Kept(evaluation, rules)
    if not lake.by_parts:
        yield kept
        return
    with _carried(evaluation, _recalled(rules, kept)):
        yield kept
    kept.write()


@contextmanager
def _carried(evaluation: Evaluation, recalled: list[Recalled]) -> Iterator[None]:
    lake: Any = evaluation.lake
    evaluation.carriers = carriers = [Carried(lake, evaluation.moment, one) for one in recalled]
    try:
        yield
    finally:
        evaluation.carriers = ()
        for carrier in carriers:
            carrier.detach()


def _recalled(rules: Rules, kept: Kept) -> list[Recalled]:
    found: dict[int, Recall] = defaultdict(dict)
    runs: dict[int, dict[Measure, frozenset[int]]] = defaultdict(dict)
    ranked: dict[int, dict[Measure, Callable[[], Having | None]]] = defaultdict(dict)
    for leaf in LeafAnswer.objects.filter(key__in=kept.leaves):
        found[leaf.base_id][kept.leaves[leaf.key]] = partial(bitmap_read, leaf.bitmap)
    for row in MeasureAnswer.objects.filter(key__in=kept.ranked):
        ranked[row.base_id][kept.ranked[row.key]] = partial(_unpacked, row.numbers)
    for (base, measure), those in _measures_recalled(rules).items():
        found[base][measure] = partial(_having, those)
        runs[base][measure] = frozenset(those)
    bases = AnswerBase.objects.in_bulk([*found, *ranked])
    return [
        Recalled(moment_of(b.as_of), Seen.from_json(b.seen), found[pk], runs[pk], ranked[pk])
        for pk, b in bases.items()
    ]


def _key(asked: Asked) -> str:
    return f"{EDITION}-{fingerprint(asked)}"


def _unpacked(blob: bytes | memoryview) -> Having:
    found = unpack(blob)
    return Having(found.ids, found.values)


def _measures_recalled(rules: Rules) -> dict[tuple[int, Measure], list[int]]:
    """Base and measure → the runs in use that measured it."""
    bases = {(base.token, base.as_of): base.pk for base in AnswerBase.objects.defer("seen")}
    tags = Tag.objects.filter(kind=TagKind.MEASURE, empty_policy=EmptyPolicy.BLANK)
    in_force = tags.filter(run__version__state=VersionState.PUBLISHED)
    found: dict[tuple[int, Measure], list[int]] = defaultdict(list)
    for slug, run, token, as_of in in_force.values_list("slug", "run", "run__data_version", "run__as_of"):
        for rule in rules.get(Ref(TAG, slug), ()):
            if isinstance(rule, Measure) and (token, as_of) in bases:
                found[bases[token, as_of], canonical_measure(rule)].append(run)
    return found


def _having(runs: list[int]) -> Having | None:
    """Of whichever run's result is still in use."""
    row = measurements_with_base().filter(run__in=runs).first()
    if row is None:
        return None
    table = measurement_table(row)
    return Having(table["customer_id"].to_numpy(), table["value"].to_numpy())


def _bases_forget(newest: AnswerBase) -> None:
    """Those that no answer and no result in use is of, and with their answers those too old to start from: no rule
    may ask their conditions any more."""
    AnswerBase.objects.filter(as_of__lt=newest.as_of - KEPT).delete()
    in_use = Tag.objects.filter(run__data_version=OuterRef("token"), run__as_of=OuterRef("as_of"))
    AnswerBase.objects.filter(~Exists(in_use), answers=None, measured=None).exclude(pk=newest.pk).delete()
