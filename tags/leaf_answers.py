"""What a refresh found of each condition, kept for the next one (`tags.rules.carry`).

Conditions are kept as bitmaps; of a measure the numbers in use of a tag of exactly that measure do.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from cdp.store.seen import Seen

from .dependencies import TAG, Ref
from .measurements import measurement_table, measurements_with_base
from .membership import bitmap_read, bitmap_write
from .models import AnswerBase, EmptyPolicy, LeafAnswer, Tag, TagKind, VersionState
from .moments import moment_of
from .rules.canonical import canonical_measure, fingerprint
from .rules.carry import Answer, Carried, Recalled
from .rules.edges import edges
from .rules.evaluate import Evaluation, asked_in
from .rules.having import Having
from .rules.nodes import Measure, Node
from .rules.shared import Asked
from .together import Rule

# Another one whenever newer code would answer the same condition otherwise.
EDITION = "1"
# Longer than the longest schedule.
KEPT = timedelta(days=35)
Rules = Mapping[Ref, list[Rule]]
Recall = dict[Asked, Callable[[], Answer | None]]


@contextmanager
def answers_carried(evaluation: Evaluation, rules: Rules) -> Iterator[None]:
    """Let an evaluation start from what earlier refreshes found of these rules, as far as they did; what it has
    found in the end is kept for the next one."""
    lake: Any = evaluation.lake
    if not lake.by_parts:
        yield
        return
    leaves = _leaves(rules)
    with _carried(evaluation, _recalled(rules, leaves)):
        yield
    _keep(evaluation, leaves)


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


def _recalled(rules: Rules, leaves: Mapping[str, Node]) -> list[Recalled]:
    found: dict[int, Recall] = defaultdict(dict)
    for row in LeafAnswer.objects.filter(key__in=leaves):
        found[row.base_id][leaves[row.key]] = partial(bitmap_read, row.bitmap)
    kept: dict[int, dict[Measure, frozenset[int]]] = defaultdict(dict)
    for (base, measure), runs in _measures_recalled(rules).items():
        found[base][measure] = partial(_having, runs)
        kept[base][measure] = frozenset(runs)
    bases = AnswerBase.objects.in_bulk(list(found))
    return [Recalled(moment_of(b.as_of), Seen.from_json(b.seen), found[pk], kept[pk]) for pk, b in bases.items()]


def _leaves(rules: Rules) -> dict[str, Node]:
    """The conditions about data, by key."""
    named = set().union(*(asked_in(rule) for rule in chain(*rules.values()) if not isinstance(rule, Measure)))
    return {f"{EDITION}-{fingerprint(leaf)}": leaf for leaf in named if not isinstance(leaf, Measure)}


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


@transaction.atomic
def _keep(evaluation: Evaluation, leaves: Mapping[str, Node]) -> None:
    """What was found of the conditions that can be carried on, in the place of what was kept before."""
    lake: Any = evaluation.lake
    events, moment = lake.tables.events, evaluation.moment
    known = {key: evaluation.known(leaf) for key, leaf in leaves.items() if edges(leaf, events, moment)}
    base, _made = AnswerBase.objects.update_or_create(
        token=lake.version, as_of=moment.as_of, defaults={"seen": lake.seen().as_json()}
    )
    LeafAnswer.objects.filter(key__in=[key for key, found in known.items() if found is None]).delete()
    # Another refresh may keep the same condition at this moment: whichever comes last stays, with its own base.
    LeafAnswer.objects.bulk_create(
        [LeafAnswer(key=key, base=base, bitmap=bitmap_write(b)) for key, b in known.items() if b is not None],
        batch_size=200,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["base", "bitmap"],
    )
    _bases_forget(base)


def _bases_forget(newest: AnswerBase) -> None:
    """Those that no answer and no result in use is of, and with their answers those too old to start from: no rule
    may ask their conditions any more."""
    AnswerBase.objects.filter(as_of__lt=newest.as_of - KEPT).delete()
    in_use = Tag.objects.filter(run__data_version=OuterRef("token"), run__as_of=OuterRef("as_of"))
    AnswerBase.objects.filter(~Exists(in_use), answers=None).exclude(pk=newest.pk).delete()
