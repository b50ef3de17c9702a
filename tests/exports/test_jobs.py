"""A large file of customers: asked for, made in the background, taken by who asked, removed after some days."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pyroaring import BitMap

from cdp.exports import asking, services
from cdp.exports.keeping import folder_of, writing_folder
from cdp.exports.models import Export
from cdp.ledger.services import job_cancel, job_claim, job_run

pytestmark = pytest.mark.django_db
ASKED = {"form": "xlsx", "columns": "shown"}


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch):
    monkeypatch.setattr(asking, "AT_ONCE", 2)
    monkeypatch.setattr("segments.views.AT_ONCE", 2)


@pytest.fixture
def reader(django_user_model):
    """A colleague who may take customers away and sees personal values masked."""
    made = django_user_model.objects.create_user("reader", is_staff=True)
    made.user_permissions.add(Permission.objects.get(codename="export_customers"))
    return made


def signed_in(person):
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def ask(client, callbacks, **changes):
    with callbacks(execute=True):
        return client.post(reverse("segments:download", args=["east"]), ASKED | changes)


def cells(answer):
    return list(openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)


def test_many_members_are_made_in_the_background_and_taken_by_a_link(
    east, page, django_capture_on_commit_callbacks
):
    sent = page.get(reverse("segments:export", args=["east", "xlsx"]))
    assert sent.url == reverse("segments:download", args=["east"]) + "?form=xlsx"
    assert "3 customers of “East”" in page.get(sent.url).content.decode()
    answer = ask(page, django_capture_on_commit_callbacks)
    shown = page.get(answer.url).content.decode()
    file = reverse("exports:file", args=[Export.objects.get().pk])
    assert file in shown
    taken = page.get(file)
    assert 'filename="East.xlsx"' in taken["Content-Disposition"]
    header, first, *_others = cells(taken)
    assert header[:2] == ("Customer", "Name")
    assert "+8613800138000" in first
    assert "East" in page.get(reverse("exports:list")).content.decode()


def test_the_file_is_masked_as_it_is_for_who_asked(east, reader, django_capture_on_commit_callbacks):
    client = signed_in(reader)
    ask(client, django_capture_on_commit_callbacks)
    _header, first, *_others = cells(client.get(reverse("exports:file", args=[Export.objects.get().pk])))
    assert "+86138****00" in first
    assert "+8613800138000" not in first


def test_nobody_else_takes_it(east, page, reader, django_capture_on_commit_callbacks):
    ask(page, django_capture_on_commit_callbacks)
    pk = Export.objects.get().pk
    other = signed_in(reader)
    for name in ("exports:export", "exports:file"):
        assert other.get(reverse(name, args=[pk])).status_code == 404
    assert "East" not in other.get(reverse("exports:list")).content.decode()


def test_whoever_may_not_any_more_does_not_get_it(east, reader, django_capture_on_commit_callbacks):
    clear = Permission.objects.get(codename="view_personal")
    reader.user_permissions.add(clear)
    client = signed_in(reader)
    ask(client, django_capture_on_commit_callbacks)
    pk = Export.objects.get().pk
    file, shown = reverse("exports:file", args=[pk]), reverse("exports:export", args=[pk])
    assert client.get(file).status_code == 200
    reader.user_permissions.remove(clear)
    assert client.get(file).status_code == 403
    assert file not in client.get(shown).content.decode()
    reader.user_permissions.clear()
    assert client.get(file).status_code == 403


def waiting(analyst, ids):
    return services.export_ask(
        by=analyst, members=BitMap(ids), attributes=[], form="csv", title="East", back="/", language="en"
    )


def stored(pk):
    try:
        return default_storage.listdir(folder_of(pk))[1]
    except FileNotFoundError:
        return []


def test_a_worker_that_was_killed_leaves_nothing_to_take_and_the_next_one_begins_anew(zhejiang, analyst, page):
    asked = waiting(analyst, zhejiang)
    lost = job_claim(Export, asked.pk)
    folder = writing_folder(asked.pk)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{lost.claim}.csv").write_text("half of")
    default_storage.save(f"{folder_of(asked.pk)}/{lost.claim}.csv", io.BytesIO(b"half of"))
    assert page.get(reverse("exports:file", args=[asked.pk])).status_code == 404
    Export.objects.update(state="waiting", claim="")
    job_run(Export, asked.pk, services.export_run)
    assert not folder.exists()
    assert len(stored(asked.pk)) == 1
    text = b"".join(page.get(reverse("exports:file", args=[asked.pk])).streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) == 4


def test_a_job_given_up_leaves_no_half_file(zhejiang, analyst):
    asked = waiting(analyst, zhejiang)
    default_storage.save(f"{folder_of(asked.pk)}/half.csv", io.BytesIO(b"half of"))
    asked.given_up()
    assert not stored(asked.pk)


def test_cancelled_while_it_is_written_it_leaves_nothing(zhejiang, analyst, monkeypatch, page):
    asked, write = waiting(analyst, zhejiang), services.csv_write

    def cancelled_at_the_first_rows(path, tables):
        first = next(tables)
        job_cancel(asked)
        write(path, (table for table in [first, *tables]))

    monkeypatch.setattr(services, "csv_write", cancelled_at_the_first_rows)
    job_run(Export, asked.pk, services.export_run)
    asked.refresh_from_db()
    assert (asked.state, asked.file) == ("cancelled", "")
    assert not writing_folder(asked.pk).exists()
    assert "cancelled" in page.get(reverse("exports:export", args=[asked.pk])).content.decode()


def test_files_are_removed_after_some_days(zhejiang, analyst, page, settings):
    asked = waiting(analyst, zhejiang)
    job_run(Export, asked.pk, services.export_run)
    assert services.exports_clean() == 0
    old = timezone.now() - timedelta(days=settings.CDP_EXPORT_DAYS, minutes=1)
    Export.objects.update(finished_at=old)
    assert services.exports_clean() == 1
    assert not stored(asked.pk)
    assert page.get(reverse("exports:file", args=[asked.pk])).status_code == 404
    assert "removed" in page.get(reverse("exports:export", args=[asked.pk])).content.decode()


def test_only_those_who_may_export_are_asked(east, zhejiang, django_user_model):
    client = signed_in(django_user_model.objects.create_user("other", is_staff=True))
    for address in (reverse("segments:download", args=["east"]), reverse("exports:customers")):
        assert client.get(address).status_code == 403


def test_the_list_of_customers_is_taken_as_it_is_narrowed(zhejiang, page):
    address = f"{reverse('exports:customers')}?q=M1"
    assert f"{reverse('exports:customers')}?q=M1" in page.get(f"{reverse('customers')}?q=M1").content.decode()
    answer = page.post(address, ASKED)
    header, *found = openpyxl.load_workbook(io.BytesIO(answer.content)).active.values
    assert [row[0] for row in found] == [zhejiang[1]]
    assert {"Province", "Changed"} <= set(header)
