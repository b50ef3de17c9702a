"""Which value counts when sources disagree, and that everybody can see whose word it is."""

from collections import Counter

import hypothesis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from cdp.access.viewer import SYSTEM
from cdp.errors import UserError
from cdp.identity.services import customers_merge, merge_undo
from cdp.store.heard import value_origins
from cdp.store.lake import snapshot
from cdp.store.models import Attribute, Customer, GoldenRun
from cdp.store.services import (
    attribute_register,
    batch_commit,
    batch_open,
    batch_undo,
    records_add,
    sources_rank,
    survivorship_set,
    value_lock,
    value_unlock,
)
from tests.identity.test_linking import empty_world

pytestmark = pytest.mark.django_db
RULES = ("recent", "trusted", "frequent", "longest")
RANKS = {"crm": 1, "shop": 2}


def say(source, **cities):
    """One batch: what it says of the city of each customer, by number."""
    batch = batch_open(source=source)
    ids = pa.array([int(number.removeprefix("c")) for number in cities], pa.int32())
    records_add(batch=batch, records=pa.table({"origin_id": ids, "city": list(cities.values())}))
    batch_commit(batch=batch)
    return batch


@pytest.fixture
def chen(db):
    attribute_register(slug="city", kind="text")
    batch = batch_open(source="crm")
    customer = Customer.objects.create(batch=batch)
    batch_commit(batch=batch)
    return customer


@pytest.fixture
def told(chen, django_capture_on_commit_callbacks):
    """Four batches disagree; choose a rule and hear what counts."""
    for source, city in (("crm", "上海市"), ("shop", "杭州"), ("panel", "杭州"), ("shop", "苏州")):
        say(source, **{f"c{chen.pk}": city})

    def by(rule):
        with django_capture_on_commit_callbacks(execute=True):
            survivorship_set(rules={"city": rule}, by=None)
            sources_rank(ranks=RANKS, by=None)
        return city_of(chen)

    return by


def city_of(customer):
    """What the profile says, and the mirror with it."""
    customer.refresh_from_db()
    with snapshot() as lake:
        profiles = lake.frame(lake.tables.profiles).to_pylist()
    mirrored = {row["customer_id"]: row["city"] for row in profiles}
    assert mirrored[customer.pk] == customer.attributes.get("city")
    return mirrored[customer.pk]


@pytest.mark.parametrize(
    ("rule", "city"), [("recent", "苏州"), ("trusted", "上海市"), ("frequent", "杭州"), ("longest", "上海市")]
)
def test_each_rule_chooses_its_value(told, rule, city):
    assert told(rule) == city


def test_a_changed_rule_works_profiles_out_again_as_a_job(told):
    told("frequent")
    job = GoldenRun.objects.latest("pk")
    assert (job.state, job.customers) == ("done", 1)
    assert survivorship_set(rules={"city": "frequent"}, by=None) is None, "nothing changed"
    with pytest.raises(UserError, match="no such rule"):
        survivorship_set(rules={"city": "loudest"}, by=None)


def test_where_a_value_comes_from_can_be_seen(told, chen):
    told("trusted")
    (origin,) = value_origins(SYSTEM, chen.pk)
    assert (origin.value, origin.heard.source, origin.lock) == ("上海市", "crm", None)
    assert [(other.source, other.value) for other in origin.others] == [
        ("shop", "苏州"),
        ("shop", "杭州"),
        ("panel", "杭州"),
    ]


def test_a_value_set_by_hand_counts_until_it_is_lifted(told, chen, analyst):
    value_lock(customer=chen, attribute="city", value="南京市", by=analyst, note="电话里说的")
    say("crm", **{f"c{chen.pk}": "北京市"})
    assert city_of(chen) == "南京市"
    (origin,) = value_origins(SYSTEM, chen.pk)
    assert (origin.heard, origin.lock.by, origin.lock.note) == (None, analyst, "电话里说的")
    assert next(other.value for other in origin.others) == "北京市"
    value_unlock(customer=chen, attribute="city", by=analyst)
    assert city_of(chen) == "北京市"
    with pytest.raises(UserError, match="set by hand"):
        value_unlock(customer=chen, attribute="city", by=analyst)


def test_a_value_set_by_hand_parts_with_its_customer(told, chen, analyst):
    batch = batch_open(source="crm")
    other = Customer.objects.create(batch=batch)
    batch_commit(batch=batch)
    value_lock(customer=other, attribute="city", value="广州市", by=analyst)
    merge = customers_merge(one=chen.pk, other=other.pk, by=analyst)
    assert city_of(chen) == "广州市"
    merge_undo(merge=merge, by=analyst)
    assert (city_of(chen), city_of(other)) == ("苏州", "广州市")


words = st.lists(
    st.tuples(
        st.sampled_from(["crm", "shop", "panel"]),
        st.dictionaries(st.integers(0, 2), st.sampled_from(["ab", "bb", "ccc"]), min_size=1),
    ),
    min_size=1,
    max_size=6,
)
locks = st.dictionaries(st.integers(0, 2), st.just("by hand"))


def survivor(rule, said):
    """`said`: (source, value), the oldest first."""
    counts = Counter(value for _source, value in said)
    weight = {
        "recent": lambda source, value: 0,
        "trusted": lambda source, value: -RANKS.get(source, 99),
        "frequent": lambda source, value: counts[value],
        "longest": lambda source, value: len(value),
    }[rule]
    return max(enumerate(said), key=lambda word: (weight(*word[1]), word[0]))[1][1] if said else None


stories = {"told": words, "rule": st.sampled_from(RULES), "locked": locks, "gone": st.sets(st.integers(0, 5))}
fixtures = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@hypothesis.settings(max_examples=6, **fixtures)
@given(**stories)
def test_rules_agree_with_plain_python_also_after_undoing(told, rule, locked, gone, settings, tmp_path):
    tell(told, rule, locked, gone, settings, tmp_path)


@pytest.mark.deep
@hypothesis.settings(max_examples=200, **fixtures)
@given(**stories)
def test_rules_agree_with_plain_python_many_times(told, rule, locked, gone, settings, tmp_path):
    tell(told, rule, locked, gone, settings, tmp_path)


def tell(told, rule, locked, gone, settings, tmp_path):
    with empty_world(settings, tmp_path):
        attribute_register(slug="city", kind="text")
        Attribute.objects.update(survivorship=rule)
        sources_rank(ranks=RANKS, by=None)
        first = batch_open(source="crm")
        people = [Customer.objects.create(batch=first) for _ in range(3)]
        batch_commit(batch=first)
        for number, value in locked.items():
            value_lock(customer=people[number], attribute="city", value=value, by=None)
        batches = [
            say(source, **{f"c{people[n].pk}": city for n, city in cities.items()}) for source, cities in told
        ]
        for place in gone & set(range(len(batches))):
            batch_undo(batch=batches[place])
        for number, person in enumerate(people):
            said = [
                (source, cities[number])
                for place, (source, cities) in enumerate(told)
                if place not in gone and number in cities
            ]
            assert city_of(person) == locked.get(number, survivor(rule, said))
