import gc
from contextlib import ExitStack

import pytest
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypotheses

from tags import publish_previews
from tags.models import TagRun
from tags.services import tag_refresh_request
from tests.migrated import migrated_once, put_back_by_copy, template_file
from tests.shop import AS_OF, Shop

# A machine that is busy with other work draws slowly, and that is no fault of what is tested.
hypotheses.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypotheses.load_profile("unhurried")

# What one test leaves behind in circles is little. Looking for it as often as Python does took a fifth of the time,
# most of it with what stays to the end.
gc.set_threshold(10_000, 20, 50)


def pytest_collection_finish():
    """The product and the tests themselves stay: nobody need look whether they are still wanted."""
    gc.collect()
    gc.freeze()


# The folders of long files that need no database, or one of their own.
EARLY = ("running", "rules")


def pytest_collection_modifyitems(items):
    """The running system first: it takes minutes in one process, while another does all that is quick. Then what is
    asked of drawn worlds, which one process can do while another migrates; what is left for the end is short."""
    items.sort(key=lambda item: EARLY.index(name) if (name := item.path.parent.name) in EARLY else len(EARLY))
    _transactions_apart(items)


def _transactions_apart(items):
    """Tests with transactions of their own leave an empty database behind. They come last, file by file, so no file
    may have others too: those of its process that come after it would miss what migrations put there."""
    kinds = {}
    for item in items:
        if "db" in item.fixturenames or item.get_closest_marker("django_db"):
            kinds.setdefault(item.path, set()).add(_has_transactions(item))
    if mixed := [str(path) for path, found in kinds.items() if len(found) > 1]:
        raise pytest.UsageError(f"tests with and without transactions of their own: {', '.join(mixed)}")


def _has_transactions(item):
    marker = item.get_closest_marker("django_db")
    return "transactional_db" in item.fixturenames or bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture(scope="session")
def migrated(tmp_path_factory, worker_id):
    """A database file as the migrations leave it, to be copied; not there before somebody has migrated one."""
    return template_file(tmp_path_factory.getbasetemp(), worker_id)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, migrated):
    """Runs before the test database is made, and ends its part in `django_db_setup`, after that."""
    once = ExitStack()
    if connection.vendor == "sqlite":
        once.enter_context(migrated_once(migrated))
        put_back_by_copy(migrated)
    return once


@pytest.fixture(scope="session")
def django_db_setup(django_db_modify_db_settings, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        django_db_modify_db_settings.close()


@pytest.fixture(autouse=True)
def own_lake(settings, tmp_path):
    """A lake for each test, as each has a database of its own: a rolled back row must not leave events."""
    settings.CDP_LAKE = str(tmp_path / "lake")


@pytest.fixture(autouse=True)
def own_language():
    """A page that a test asks for leaves its language behind."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def answered_at_once(monkeypatch):
    """However busy the machine is: what is handed to a worker is what a test says."""
    monkeypatch.setattr(publish_previews, "AT_ONCE", 60)


@pytest.fixture
def analyst(django_user_model):
    """A colleague who may do everything."""
    return django_user_model.objects.create_superuser("lin", "lin@example.com", "secret", first_name="Lin")


@pytest.fixture
def shop(db):
    return Shop()


@pytest.fixture
def compute(django_capture_on_commit_callbacks):
    """Refresh tags here and now; returns their runs."""

    def run(*tags, as_of=AS_OF):
        with django_capture_on_commit_callbacks(execute=True):
            runs = tag_refresh_request(tags=tags, as_of=as_of)
        return [TagRun.objects.get(pk=run.pk) for run in runs]

    return run
