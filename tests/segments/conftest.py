import pytest
from django.db import transaction
from django.test import override_settings

from tests.segments.settled import settle


@pytest.fixture(scope="module")
def settled_lake(django_db_setup, django_db_blocker, tmp_path_factory):
    """The cast, settled once for a module: tests run in savepoints, and the whole is rolled back at its end."""
    lake = str(tmp_path_factory.mktemp("settled") / "lake")
    with django_db_blocker.unblock(), override_settings(CDP_LAKE=lake), transaction.atomic():
        settle()
        yield lake
        transaction.set_rollback(True)


@pytest.fixture
def settled(settled_lake, own_lake, settings, db):
    """The cast in database and lake, and nobody too few to be shown."""
    settings.CDP_LAKE = settled_lake
    settings.CDP_MIN_GROUP = 1
