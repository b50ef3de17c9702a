"""The playbook out to Excel, edited there, looked at, and in again."""

import io
import re

import openpyxl
import pytest
from django.urls import reverse
from django.utils.translation import override

from cdp.access.viewer import SYSTEM
from segments.definitions.columns import PLAYBOOK, SHEETS
from segments.playbook.models import Channel, Play
from segments.playbook.services import starter_install
from tests.segments.playbook.test_playbook import member

pytestmark = pytest.mark.django_db
COLUMNS = [one.key for one in SHEETS[PLAYBOOK].columns]
SECOND = "retail_second_order"


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_the_example_of_several_channels_can_be_written_as_it_stands(language):
    (channels,) = (one for one in SHEETS[PLAYBOOK].columns if one.key == "channels")
    with override(language):
        said = re.split("[:：]", str(channels.note))[1].strip(" .。")
        assert set(re.split("[,，] ?", said)) == {Channel.SMS.label, Channel.EMAIL.label}


@pytest.fixture
def page(client, shop):
    starter_install(actor=SYSTEM)
    client.force_login(member("anna", "edit_segments"))
    client.cookies["django_language"] = "en"
    return client


def book_of(client):
    answer = client.get(reverse("definitions:download"), {"of": "playbook"})
    assert "playbook.xlsx" in answer["Content-Disposition"]
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def put(book, slug, **cells):
    """Into the row of an entry, or into a new one."""
    sheet = book["Playbook"]
    row = next((line[0].row for line in sheet.iter_rows(min_row=2) if line[0].value == slug), sheet.max_row + 1)
    for key, text in {"slug": slug, **cells}.items():
        sheet.cell(row, COLUMNS.index(key) + 1).value = text


def brought(client, book):
    stream = io.BytesIO()
    book.save(stream)
    stream.name = "playbook.xlsx"
    stream.seek(0)
    return client.post(reverse("definitions:start"), {"file": stream}, follow=True)


def changed(answer):
    rows = [row for section in answer.context["page"].sections for row in section.rows]
    return {row.note: {one.label: (one.before, one.after) for one in row.fields} for row in rows}


def told(answer):
    return {one.where for one in answer.context["page"].troubles}


def confirmed(client, answer):
    sent = {"seals": answer.context["page"].seals}
    return client.post(answer.request["PATH_INFO"], sent, follow=True)


def test_it_holds_the_playbook_alone_with_drop_downs_and_notes(page):
    book = book_of(page)
    assert book.sheetnames[0] == "Playbook" and "Tags" not in book.sheetnames
    sheet = book["Playbook"]
    listed = {str(rule.sqref).split("2:")[0] for rule in sheet.data_validations.dataValidation}
    letters = {openpyxl.utils.get_column_letter(COLUMNS.index(key) + 1) for key in ("field", "direction", "is_on")}
    assert letters <= listed
    assert all(sheet.cell(1, place).comment for place in range(1, len(COLUMNS) + 1))
    assert f"{reverse('definitions:start')}?of=playbook" in page.get(reverse("playbook:list")).content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_an_untouched_one_changes_nothing_in_whatever_language_it_is_brought(page, language):
    book = book_of(page)
    page.cookies["django_language"] = language
    assert changed(brought(page, book)) == {}


def test_what_it_changes_is_looked_at_first_and_then_made(page, analyst):
    Play.objects.filter(slug=SECOND).update(owner=analyst)
    book = book_of(page)
    put(book, SECOND, owner="")
    put(book, SECOND, action_en="Write once", channels="Pigeon，  Text message、App push", is_on="no", tgi=140)
    night = {"name_zh_hans": "夜猫子", "field": "Channels they use", "value": "wechat"}
    put(book, "night", action_zh_hans="晚上十点发", **night)
    answer = brought(page, book)
    assert told(answer) == {f"Playbook S{row_of(book, SECOND)}"}
    put(book, SECOND, channels="Text message、App push")
    answer = brought(page, book)
    shown = changed(answer)
    assert shown[SECOND]["Do this (English)"][1] == "Write once" and shown[SECOND]["In use"] == ("yes", "no")
    assert shown[SECOND]["On these channels"][1] == "Text message, App push" and set(shown) == {SECOND, "night"}
    assert Play.objects.get(slug=SECOND).is_on, "nothing is changed before it is confirmed"
    done = confirmed(page, answer).content.decode()
    assert f'is-main" href="{reverse("playbook:list")}"' in done and reverse("segments:list") not in main_of(done)
    second, night = Play.objects.get(slug=SECOND), Play.objects.get(slug="night")
    assert (second.channels, second.is_on, second.tgi, second.owner) == (["sms", "push"], False, 140, None)
    assert second.texts["action"]["en"] == "Write once"
    assert second.texts["action"]["zh-hans"] and second.name_zh_hans
    assert (night.field, night.value, night.direction, night.tgi) == ("channel", "wechat", "over", 120)
    assert night.texts == {"action": {"zh-hans": "晚上十点发"}} and night.is_on
    assert night.owner.username == "anna"


def main_of(page):
    """Without the side bar."""
    return page[page.index("<main") : page.index("</main>")]


def row_of(book, slug):
    return next(line[0].row for line in book["Playbook"].iter_rows(min_row=2) if line[0].value == slug)


def test_what_is_wrong_is_told_by_its_cell_and_nothing_is_changed(page):
    book = book_of(page)
    put(book, SECOND, action_en="", action_zh_hans="", action_zh_hant="", tgi="many")
    put(book, "empty", name_en="Empty", field="A tag that is not there")
    answer = brought(page, book)
    row = row_of(book, SECOND)
    assert told(answer) == {f"Playbook H{row}", f"Playbook E{row_of(book, 'empty')}"}
    put(book, SECOND, tgi=120)
    put(book, "empty", field="Channels they use")
    assert told(brought(page, book)) == {f"Playbook J{row}", f"Playbook J{row_of(book, 'empty')}"}
    assert not Play.objects.filter(slug="empty").exists()


def test_what_others_changed_meanwhile_is_said_and_who_may_only_look_changes_nothing(page, client):
    book = book_of(page)
    put(book, SECOND, action_en="Write once")
    play = Play.objects.get(slug=SECOND)
    play.texts["action"]["en"] = "Write twice"
    play.save()
    answer = brought(page, book)
    assert answer.context["page"].overlaps == 1
    client.force_login(member("reader", "edit_tags"))
    answer = brought(client, book)
    assert "You may not change the playbook." in {one.problem.message for one in answer.context["page"].troubles}
    assert Play.objects.get(slug=SECOND).texts["action"]["en"] == "Write twice"
