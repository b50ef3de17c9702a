import pytest
from django.db import transaction
from django.test import override_settings

from segments.services import segment_refresh_request, segment_save
from tests.segments.settled import settle
from tests.shop import AS_OF


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


@pytest.fixture
def make_segment(analyst, django_capture_on_commit_callbacks):
    """A segment of that rule, new or changed, computed here and now."""

    def make(slug, rule, **names):
        segment = segment_save(slug=slug, rule=rule, actor=analyst, names=names or {"en": slug.title()})
        with django_capture_on_commit_callbacks(execute=True):
            segment_refresh_request(segments=[segment], as_of=AS_OF)
        return segment

    return make
