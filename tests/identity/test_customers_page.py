"""The customers list: finding, masking, and pages that cost the same at any size."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cdp.access.viewer import SYSTEM
from cdp.identity.models import Identifier
from cdp.identity.pages import PAGE_SIZE, CustomersPage
from cdp.identity.search import named_like
from cdp.store.models import Batch, BatchState, Customer
from cdp.store.selectors import customers

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch():
    return Batch.objects.create(source="shop", state=BatchState.DONE)


@pytest.fixture
def chen(batch):
    """Chen, known by phone in the shop and by an account at JD, merged into one."""
    root = Customer.objects.create(batch=batch, attributes={"name": "陈一", "city": "杭州市", "gender": "female"})
    other = Customer.objects.create(batch=batch, merged_into=root)
    Identifier.objects.create(type="phone", value="+8613800138000", origin=root, batch=batch)
    Identifier.objects.create(type="jd_user", value="266079", origin=other, batch=batch)
    return root


@pytest.fixture
def mei():
    return get_user_model().objects.create_user("mei", is_staff=True)


def found(viewer, query="", before=None, after=None):
    return CustomersPage.of(viewer, query=query, before=before, after=after)


@pytest.mark.parametrize("query", ["13800138000", "+86 138 0013 8000", "１３８００１３８０００", "266079", "陈一"])
def test_a_customer_is_found_by_any_of_her_identifiers_or_her_name(chen, query):
    assert [row.pk for row in found(SYSTEM, query).rows] == [chen.pk]


@pytest.mark.parametrize("query", ["1380013800", "陈二", "#999999"])
def test_nobody_is_found_by_half_a_number(chen, query):
    assert found(SYSTEM, query).rows == []


def test_merged_customers_are_one_row_with_all_identifiers(chen):
    [row] = found(SYSTEM).rows
    assert [value for _type, value in row.identifiers] == ["+8613800138000", "266079"]


def test_personal_values_are_masked_without_the_permission(chen, mei):
    [row] = found(mei).rows
    assert row.name != "陈一"
    assert "13800138000" not in str(row.identifiers)
    assert "266079" in str(row.identifiers)
    mei.user_permissions.add(Permission.objects.get(codename="view_personal"))
    [row] = found(get_user_model().objects.get(pk=mei.pk)).rows
    assert row.name == "陈一"


@pytest.mark.parametrize("query", ["陈一", "陈", "一", "13800138000", "+8613800138000"])
def test_an_answer_does_not_tell_what_is_masked(chen, mei, query):
    """Somebody who types a phone would else learn whose it is, though it is masked on the page."""
    assert found(mei, query).rows == []
    assert len(found(SYSTEM, query).rows) == 1


def test_who_sees_values_masked_finds_by_those_that_are_not(chen, mei):
    assert [row.pk for row in found(mei, "266079").rows] == [chen.pk]
    assert [row.pk for row in found(mei, f"#{chen.pk}").rows] == [chen.pk]


def test_the_page_says_what_cannot_be_searched(client, chen, mei):
    client.force_login(mei)
    client.cookies["django_language"] = "zh-hans"
    assert "不能按姓名、手机号" in client.get("/customers/?q=陈一").content.decode()


@pytest.mark.parametrize(
    ("query", "names"),
    [("王", ["王一", "王二"]), ("WANG", ["Wang Wu"]), ("wu", ["Wang Wu"]), ("二", ["王二"]), ("王%", [])],
)
def test_names_are_found_by_their_beginning_or_else_by_any_part(batch, query, names):
    for name in ("王一", "李四", "王二", "Wang Wu"):
        Customer.objects.create(batch=batch, attributes={"name": name})
    assert sorted(row.name for row in found(SYSTEM, query).rows) == sorted(names)


def test_names_are_looked_up_in_an_index(batch):
    """A million names take milliseconds this way, and seconds without it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    with CaptureQueriesContext(connection) as captured:
        named_like(customers(SYSTEM), "王", 10)
    assert "customer_name" in explained(captured[-1]["sql"])


def explained(sql):
    with connection.cursor() as cursor:
        cursor.execute(f"{'EXPLAIN QUERY PLAN' if connection.vendor == 'sqlite' else 'EXPLAIN'} {sql}")
        return str(cursor.fetchall())


def test_pages_follow_each_other_without_gaps(batch):
    Customer.objects.bulk_create(Customer(batch=batch) for _ in range(2 * PAGE_SIZE + 5))
    first = found(SYSTEM)
    second = found(SYSTEM, before=first.older)
    third = found(SYSTEM, before=second.older)
    seen = [row.pk for page in (first, second, third) for row in page.rows]
    assert seen == sorted(Customer.objects.values_list("pk", flat=True), reverse=True)
    assert (first.newer, third.older) == (None, None)
    assert [row.pk for row in found(SYSTEM, after=third.newer).rows] == [row.pk for row in second.rows]


def test_a_page_asks_the_database_as_often_for_two_rows_as_for_fifty(batch, chen, django_assert_max_num_queries):
    Customer.objects.bulk_create(Customer(batch=batch, attributes={"city": "杭州市"}) for _ in range(PAGE_SIZE))
    with django_assert_max_num_queries(9):
        found(SYSTEM)


def test_the_list_is_shown(admin_client, chen):
    text = admin_client.get("/customers/?q=266079").content.decode()
    assert f'href="/customers/{chen.pk}/"' in text
    assert "杭州市" in text
