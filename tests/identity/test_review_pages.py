"""The queue of pairs: who may see it, what is masked, asking a colleague, and many at once."""

import pyarrow as pa
import pytest
from django.contrib.auth.models import Group, Permission

from cdp.access.accounts import groups_ensure
from cdp.identity.models import Merge, Review, ReviewState
from cdp.identity.services import identities_link, reviews_open
from cdp.store.services import batch_commit, batch_open, records_add

pytestmark = pytest.mark.django_db
SCORES = (0.9, 0.7, 0.5)


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def colleague(django_user_model):
    groups_ensure()

    def make(name, group):
        user = django_user_model.objects.create_user(name, password="secret", is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        return user

    return make


@pytest.fixture
def pairs():
    batch = batch_open(source="crm")
    numbers = pa.array([f"m{place}" for place in range(6)])
    linked = identities_link(batch=batch, identifiers=pa.table({"row": range(6), "member_no": numbers}))
    names = ["Margarethe", "Margarete", "Bo Berg", "Bo Bergh", "Cy Coe", "Cy Cole"]
    records_add(batch=batch, records=pa.table({"origin_id": linked["origin_id"], "name": names}))
    batch_commit(batch=batch)
    rows = linked["origin_id"].to_pylist()
    evidence = ['{"weights": {"name": 9.5, "address_1": -1.5}}'] * 3
    opened = {"one": rows[::2], "other": rows[1::2], "kind": ["score"] * 3, "score": SCORES, "evidence": evidence}
    reviews_open(pairs=pa.table(opened))
    return list(Review.objects.order_by("-score"))


@pytest.mark.parametrize("group, status", [("steward", 200), ("marketer", 403), ("service", 403)])
def test_only_who_may_merge_sees_the_queue_and_decides(client, colleague, pairs, group, status):
    client.force_login(colleague("yu", group))
    assert client.get("/customers/reviews/").status_code == status
    assert client.get(f"/customers/reviews/{pairs[0].pk}/").status_code == status
    client.post(f"/customers/reviews/{pairs[0].pk}/decide/", {"decision": "merge"})
    assert Merge.objects.exists() == (status == 200)


def test_names_are_masked_for_who_must_not_see_them(client, colleague, pairs, django_user_model):
    user = django_user_model.objects.create_user("ming", password="secret", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="merge_customers"))
    client.force_login(user)
    for url in ("/customers/reviews/", f"/customers/reviews/{pairs[0].pk}/"):
        text = client.get(url).content.decode()
        assert "Margarethe" not in text and "Margarete" not in text and "Mar" in text


def test_a_colleague_who_is_asked_finds_it_waiting_with_the_note(client, colleague, pairs):
    asker, asked = colleague("yu", "steward"), colleague("ming", "steward")
    client.force_login(asker)
    url = f"/customers/reviews/{pairs[0].pk}/decide/"
    client.post(url, {"decision": "ask", "asked": asked.pk, "note": "Same family?"})
    assert "2 to decide" in client.get("/customers/reviews/").content.decode()
    client.force_login(asked)
    page = client.get("/customers/reviews/").content.decode()
    assert "Waiting for me" in page and "Same family?" in page and "3 to decide" in page
    assert "1 pairs of customers a colleague asked you about" in client.get("/").content.decode()


def test_many_are_merged_above_a_score_after_being_counted(client, colleague, pairs):
    client.force_login(colleague("yu", "steward"))
    assert "2 pairs have 70 % or more" in client.get("/customers/reviews/?score=70").content.decode()
    client.post("/customers/reviews/above/", {"score": "70"})
    states = Review.objects.order_by("-score").values_list("state", flat=True)
    assert list(states) == [ReviewState.MERGED, ReviewState.MERGED, ReviewState.OPEN]


def test_a_merge_is_undone_on_the_customers_page(client, colleague, pairs):
    client.force_login(colleague("yu", "steward"))
    review = pairs[0]
    client.post(f"/customers/reviews/{review.pk}/decide/", {"decision": "merge", "note": "Spelt twice"})
    page = client.get(f"/customers/{review.one_id}/").content.decode()
    assert "Spelt twice (90.0 %)" in page and "Un-merge" in page and "<svg" in page
    client.post(f"/customers/merges/{Merge.objects.get().pk}/undo/")
    review.refresh_from_db()
    assert review.state == ReviewState.OPEN
    assert client.get(f"/customers/{review.other_id}/").status_code == 200


def test_the_queue_asks_the_database_as_much_for_three_as_for_one(
    client, colleague, pairs, django_assert_max_num_queries
):
    client.force_login(colleague("yu", "steward"))
    client.get("/customers/reviews/")
    with django_assert_max_num_queries(20):
        client.get("/customers/reviews/")
