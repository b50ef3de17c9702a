import pytest
from django.test import Client

from cdp.store.models import Customer
from segments.services import segment_refresh_request, segment_save
from tests.shop import AS_OF, lives_in


@pytest.fixture
def page(analyst):
    client = Client(headers={"accept-language": "en"})
    client.force_login(analyst)
    return client


@pytest.fixture
def zhejiang(shop):
    """Three known customers in Zhejiang, the first of them by name."""
    ids = shop.people(3, "浙江省")
    for number, customer in enumerate(ids):
        shop.identify(customer, member_no=f"M{number}", phone=f"+861380013800{number}")
    Customer.objects.filter(pk=ids[0]).update(attributes={"name": "王小明", "province": "浙江省"})
    return ids


@pytest.fixture
def east(zhejiang, analyst, django_capture_on_commit_callbacks):
    segment = segment_save(slug="east", rule=lives_in("浙江省"), actor=analyst, names={"en": "East"})
    with django_capture_on_commit_callbacks(execute=True):
        segment_refresh_request(segments=[segment], as_of=AS_OF)
    return segment
