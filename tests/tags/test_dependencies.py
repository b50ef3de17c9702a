import pytest
from hypothesis import given
from hypothesis import strategies as st

from tags.dependencies import LIST, SEGMENT, TAG, Ref, cycle, order, references, upstream


def ref(slug):
    return Ref(TAG, slug)


def graph(**edges):
    return {ref(slug): frozenset(map(ref, needed)) for slug, needed in edges.items()}


def test_references_are_found_at_any_depth():
    definition = {
        "v": 1,
        "layers": [
            {
                "value": "a",
                "when": {"all": [{"tag": "spend", "op": ">=", "value": 3}, {"not": {"segment": "vip"}}]},
            },
            {"value": "b", "when": {"any": [{"list": "guests"}, {"attribute": "tag", "op": "is", "value": "x"}]}},
        ],
    }
    assert references(definition) == {ref("spend"), Ref(SEGMENT, "vip"), Ref(LIST, "guests")}


@pytest.mark.parametrize(
    ("edges", "way"),
    [
        ({"a": "a"}, "aa"),
        ({"a": "b", "b": "a"}, "aba"),
        ({"a": "b", "b": "c", "c": "a"}, "abca"),
        ({"a": "bc", "b": "d", "c": "d"}, ""),
        ({"a": "b", "b": "c", "c": "b"}, ""),
    ],
)
def test_a_cycle_is_told_with_its_way(edges, way):
    assert "".join(step.slug for step in cycle(graph(**edges), ref("a"))) == way


def test_upstream_is_everything_below():
    assert upstream(graph(a="b", b="cd", e="a"), [ref("a")]) == {ref("b"), ref("c"), ref("d")}


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30), st.sets(st.integers(0, 9)))
def test_whatever_is_built_on_something_comes_after_it(pairs, wanted):
    edges = {ref(str(n)): frozenset(ref(str(low)) for high, low in pairs if high == n > low) for n in range(10)}
    ordered = order(edges, [ref(str(n)) for n in wanted])
    assert sorted(ordered) == sorted(ref(str(n)) for n in wanted)
    for place, node in enumerate(ordered):
        assert not upstream(edges, [node]) & set(ordered[place + 1 :])
