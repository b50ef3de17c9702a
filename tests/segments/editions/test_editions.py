"""Editions: what was kept stays as it was, whatever happens around it and whoever tries."""

import io
import re

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from openpyxl import load_workbook

from cdp.errors import UserError
from segments.editions.canonical import canonical, digest_of
from segments.editions.models import Edition, EditionFrozen
from segments.editions.selectors import editions
from segments.editions.services import edition_make, edition_seal
from segments.models import Segment
from tests.segments.settled import segment_of
from tests.world import HAN_MEIMEI, LI_LEI, LUCY

TRIO = {LI_LEI, HAN_MEIMEI, LUCY}


def url(name, persona, *args):
    return reverse(f"editions:{name}", args=[persona.slug, *args])


def text(client, name, persona, *args):
    answer = client.get(url(name, persona, *args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_edition_holds_what_the_dashboard_showed(friends, draw, marketer):
    shown = draw(friends)
    kept = edition_make(persona=friends, render=shown, title="  Before   spring ", actor=marketer)
    assert (kept.number, kept.title, kept.language, kept.base) == (1, "Before spring", "en", "")
    assert kept.content == shown.content and kept.as_of == shown.as_of and kept.fingerprint == shown.fingerprint
    assert (kept.members, kept.head["name"], kept.head["lead"]) == (3, "Old friends", "Known long.")
    assert Edition.objects.get().is_intact


def test_it_stays_when_members_names_and_pictures_change(friends, keep, draw):
    keep(friends)
    Segment.objects.update(name_en="Renamed", name_zh_hans="")
    for members in ({LI_LEI}, {LI_LEI, LUCY}, TRIO, {LUCY}):
        draw(friends, members)
    kept = Edition.objects.get()
    assert (kept.members, kept.head["segment_name"], kept.is_intact) == (3, "Friends", True)


def test_numbers_follow_each_other_and_the_same_is_kept_once(friends, keep):
    assert keep(friends).number == 1
    with pytest.raises(UserError, match="Edition 1 shows the same already"):
        keep(friends)
    assert keep(friends, {LI_LEI, LUCY}).number == 2


def test_what_shows_nothing_is_not_kept(friends, keep, settings):
    settings.CDP_MIN_GROUP = 4
    with pytest.raises(UserError, match="too small"):
        keep(friends)


def test_only_the_personas_own_picture_is_kept(friends, draw, marketer):
    other = draw(friends)
    other.segment = segment_of("others", {LI_LEI}, name="Others")
    with pytest.raises(UserError, match="no longer there"):
        edition_make(persona=friends, render=other, title="", actor=marketer)


def test_who_may_not_change_segments_keeps_nothing(friends, draw, django_user_model):
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    with pytest.raises(PermissionDenied):
        edition_make(persona=friends, render=draw(friends), title="", actor=reader)


def test_nobody_changes_or_removes_it(friends, keep):
    kept = keep(friends)
    kept.title = "Another"
    for attempt in (kept.save, kept.delete, Edition.objects.all().delete, lambda: Edition.objects.update(title="")):
        with pytest.raises(EditionFrozen):
            attempt()
    assert Edition.objects.get().title == "Old friends"


@pytest.mark.parametrize("column", ["content", "head", "digest", "number", "title", "as_of", "maker", "made_at"])
def test_the_database_refuses_too(friends, keep, column):
    keep(friends)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE editions_edition SET {column} = {column}")
    assert Edition.objects.get().is_intact


def test_it_is_sealed_once_and_neither_we_nor_the_database_seal_it_again(friends, keep):
    kept = keep(friends)
    edition_seal(edition=kept, outcome={"decided": "approved"})
    sealed = Edition.objects.get()
    assert sealed.outcome == {"decided": "approved"} and sealed.sealed_at and sealed.is_intact
    with pytest.raises(EditionFrozen):
        edition_seal(edition=kept, outcome={"decided": "changes"})
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE editions_edition SET outcome = NULL, sealed_at = NULL")


def test_who_kept_it_is_known_when_their_account_is_gone(friends, keep, marketer):
    keep(friends)
    User.objects.get(pk=marketer.pk).delete()
    kept = Edition.objects.get()
    assert (kept.made_by, kept.maker, kept.is_intact) == (None, "Anna", True)


def test_whoever_is_signed_out_or_not_let_in_sees_none(friends, keep, django_user_model):
    keep(friends)
    outsider = django_user_model.objects.create_user("customer")
    assert not editions(AnonymousUser()).exists() and not editions(outsider).exists()
    assert editions(django_user_model.objects.create_user("reader", is_staff=True)).exists()


@pytest.mark.parametrize(
    ("one", "other"),
    [({"a": 1, "b": [1.5]}, {"b": [1.5], "a": 1.0}), (1e22, 10**22), ({"x": "中"}, {"x": "\u4e2d"})],
)
def test_the_same_content_has_one_digest_on_every_database(one, other):
    assert digest_of(one) == digest_of(other)


def test_canonical_text_is_told_apart_by_what_it_says():
    assert canonical({"b": True, "a": None}) == '{"a":null,"b":true}'
    assert digest_of({"a": 1}) != digest_of({"a": "1"})


def test_the_persona_page_offers_to_keep_what_it_shows(client, friends, draw, marketer):
    draw(friends)
    shown = client.get(reverse("personas:persona", args=["friends"])).content.decode()
    assert "Keep as edition" in shown
    offered = re.search(r'href="(/personas/editions/friends/new/[^"]*)"', shown)[1]
    form = client.get(offered).content.decode()
    pk = re.search(r'name="render" value="(\d+)"', form)[1]
    answer = client.post(url("new", friends), {"render": pk, "title": "Spring"}, follow=True)
    page = answer.content.decode()
    assert "Edition 1 was kept" in page and "Spring" in page and 'data-chart="province-province"' in page


def test_its_page_is_marked_and_says_what_was_true_then(client, friends, keep, draw):
    keep(friends, title="Spring")
    draw(friends, {LI_LEI})
    shown = text(client, "edition", friends, 1)
    assert "Edition 1" in shown and "e-mark" in shown and "fits what is shown" in shown
    assert ">3</b> members" in shown


def test_a_picture_that_is_not_there_is_not_kept(client, friends, marketer):
    assert client.get(url("new", friends) + "?render=999").status_code == 404
    assert client.get(url("new", friends) + "?render=x").status_code == 404
    assert client.get(url("edition", friends, 7)).status_code == 404


def test_files_hold_what_was_kept(client, friends, keep, draw):
    keep(friends, title="Spring")
    draw(friends, {LI_LEI})
    answer = client.get(url("file", friends, 1, "xlsx"))
    assert "Spring-1.xlsx" in answer["Content-Disposition"]
    first = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    cells = [cell for row in first.iter_rows(values_only=True) for cell in row if cell is not None]
    assert any("Edition 1" in str(cell) for cell in cells)
    assert cells[cells.index("Members") + 1] == 3
    assert b"<!doctype html>" in client.get(url("file", friends, 1, "html")).content[:40]
    assert client.get(url("file", friends, 1, "pptx")).status_code == 200
    assert client.get(url("file", friends, 1, "exe")).status_code == 404


def test_the_list_and_what_changed_since(client, friends, keep):
    keep(friends, title="Spring")
    keep(friends, {LI_LEI, LUCY}, title="Summer")
    listed = text(client, "list", friends)
    assert listed.index("Summer") < listed.index("Spring") and "What changed" in listed
    changed = text(client, "changes", friends, 2)
    assert "From edition 1 to edition 2" in changed and "−1 (−33.3%)" in changed
    assert client.get(url("changes", friends, 1)).status_code == 404
    assert "From edition 2 to edition 1" in client.get(url("changes", friends, 1) + "?from=2").content.decode()


def test_a_forged_edition_says_so(client, friends, keep, settings):
    kept = keep(friends)
    table = " ON editions_edition" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER edition_kept{table}")
        cursor.execute("UPDATE editions_edition SET title = 'Forged'")
    assert not Edition.objects.get(pk=kept.pk).is_intact
    assert "its digest does not fit" in text(client, "edition", friends, 1)


def test_a_page_asks_as_often_for_ten_editions_as_for_one(client, friends, keep, django_assert_max_num_queries):
    keep(friends)
    for members in ({LI_LEI}, {LUCY}, {LI_LEI, LUCY}):
        keep(friends, members)
    with django_assert_max_num_queries(12):
        text(client, "list", friends)
