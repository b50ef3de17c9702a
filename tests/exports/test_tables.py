"""Tables of pages as workbooks: each offers it, and the file holds what the page shows."""

import io
import re
from datetime import date, datetime
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings as product
from django.test import Client
from django.urls import reverse
from pyroaring import BitMap

from cdp.access.table_files import table_read, table_workbook
from cdp.exports import services, views
from cdp.sources.models import Source
from segments.activation.models import Webhook
from segments.playbook.models import Play
from tags.services import tag_publish, tag_refresh_request, tag_save
from tests.shop import AS_OF

LINK = re.compile(r'<p class="q-table-file"><a [^>]*?href="([^"]*table=([\w-]+)[^"]*)"')
TABLE = re.compile(r'<table class="[pq]-table')
NOON = datetime(2026, 6, 30, 12)  # noqa: DTZ001
# Tables without the link, and why.
WITHOUT = {
    "personas/numbers.html": "the workbook of the persona takes the numbers of every chart",
    "personas/drilled_rows.html": "as a segment they are taken away like its members",
    "boards/apart.html": "the page of the persona itself takes it",
    "personas/compare_charts.html": "the workbook of the page takes the numbers of every chart",
    "customers/list.html": "Download above takes them, in the background when they are many",
    "segments/detail.html": "Download above takes the members",
    "tags/catalogue/list.html": "the menu of the list takes it with its columns",
    "data/mapping.html": "a form to fill in",
    "data/column_steps.html": "a few examples beside a form",
    "data/live/messages.html": "one message as it came",
    "tags/edit_json.html": "a count beside a form",
    **dict.fromkeys(
        [f"tags/pictures/{name}.html" for name in ("cube", "histogram", "preferred", "states")],
        "the numbers of a picture beside a form",
    ),
    **dict.fromkeys(
        ["definitions/section.html", "definitions/troubles.html"],
        "what was found in a workbook that is just being looked at",
    ),
}


def templates_with_tables():
    folder = Path(product.BASE_DIR) / "templates"
    for path in sorted(folder.rglob("*.html")):
        if TABLE.search(text := path.read_text()):
            yield str(path.relative_to(folder)), text


def test_every_table_can_be_taken_away_or_says_why_not():
    found = {name: (len(TABLE.findall(text)), text.count("{% as_file ")) for name, text in templates_with_tables()}
    missing = {name for name, (tables, files) in found.items() if tables != files}
    assert missing == set(WITHOUT), "put {% as_file %} around the table, or say here why not"


def read(html):
    shown = table_read(f"<div><table>{html}</table></div>")
    book = openpyxl.load_workbook(io.BytesIO(table_workbook(shown, "Shop: [east]")))
    return book.active


@pytest.mark.parametrize(
    ("cell", "value", "kind"),
    [
        ('<td class="q-num">1,234</td>', 1234, "#,##0"),
        ('<td class="q-num">-1,234.5</td>', -1234.5, "General"),
        ('<td class="q-num">12.3%</td>', 0.123, "0.0%"),
        ('<td class="q-num"><span title="123,456">12.3 万</span></td>', 123456, "#,##0"),
        ('<td class="q-num">fewer than 20</td>', "fewer than 20", "General"),
        ("<td data-number><b>62.5%</b></td>", 0.625, "0.0%"),
        ('<td><span class="p-sr">Make a segment of</span> tea</td>', "tea", "General"),
        ("<td>1234</td>", "1234", "General"),
        ("<td>+8613800138000</td>", "+8613800138000", "General"),
        ("<td>=1+1</td>", "=1+1", "General"),
        ("<td>a\x0bb\x07</td>", "ab", "General"),
        ("<td>a &amp; b<br>c</td>", "a & b\nc", "General"),
        ("<td>x—</td>", "x—", "General"),
        ('<td><time datetime="2026-06-30T12:00:00+08:00">today</time></td>', NOON, "yyyy-mm-dd hh:mm"),
        ('<td><i class="material-symbols-outlined">edit</i> kept <button>Change</button></td>', "kept", "General"),
        ('<td><select><option>one<option selected>two</option></select></td>', "two", "General"),
    ],
)  # fmt: skip
def test_a_cell_is_of_the_kind_it_was_drawn_as(cell, value, kind):
    found = read(f"<tr><th>Name</th><th>What</th></tr><tr><td>x</td>{cell}</tr>")["B2"]
    assert (found.value, found.number_format) == (value, kind)
    assert found.data_type != "f"


def test_headings_stay_in_sight_and_columns_of_nothing_are_left_out():
    head = "<thead><tr><th></th><th>Name</th><th>Out</th></tr></thead>"
    sheet = read(f"{head}<tr><td><button>x</button></td><td>East</td><td>—</td></tr>")
    assert [list(row) for row in sheet.values] == [["Name", "Out"], ["East", None]]
    assert (sheet.freeze_panes, sheet["A1"].font.bold, sheet.title) == ("A2", True, "Shop   east")


def test_a_table_without_headings_has_its_rows_alone():
    sheet = read('<tr><th scope="row">members</th><td class="q-num">3</td></tr>')
    assert (list(sheet.values), sheet.freeze_panes) == ([("members", 3)], None)


@pytest.fixture
def shown(east, analyst, django_capture_on_commit_callbacks):
    """Something in each table."""
    Source.objects.create(slug="crm-file", name_en="CRM")
    Play.objects.create(
        slug="late", name_en="Late", field="orders", texts={"action": {"en": "Send late"}}, channels=["sms"]
    )
    Webhook.objects.create(name="Tills", url="https://example.com/x", created_by=analyst)
    layers = [{"value": "yes", "when": {"attribute": "province", "op": "in", "value": ["浙江省"]}}]
    tag = tag_save(slug="local", kind="labels", definition={"layers": layers}, actor=analyst, names={"en": "Local"})
    tag_publish(tag=tag, actor=analyst)
    with django_capture_on_commit_callbacks(execute=True):
        tag_refresh_request(tags=[tag], as_of=AS_OF)


PAGES = [
    ("data:home", [], "sources"),
    ("data:fields", [], "attributes"),
    ("data:fields", [], "identifier-types"),
    ("value-rules", [], "rules"),
    ("segments:detail", ["east"], "runs"),
    ("segments:counted", ["east"], "counted"),
    ("tags:detail", ["local"], "runs"),
    ("tags:detail", ["local"], "values"),
    ("webhooks:list", [], "webhooks"),
    ("playbook:list", [], "playbook"),
]


def texts_of(html):
    return "".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def told(value):
    """A cell as a page would say it."""
    match value:
        case bool() | None:
            return ""
        case int():
            return f"{value:,}"
        case datetime() | date() | float():
            return ""
    return "".join(str(value).split())


@pytest.mark.django_db
def test_the_file_of_each_page_holds_what_the_page_shows(shown, page):
    for name, about, table in PAGES:
        answer = page.get(reverse(name, args=about))
        links = {found[1]: unescape(found[0]) for found in LINK.findall(answer.content.decode())}
        assert table in links, f"{name} offers {set(links)}"
        file = page.get(links[table])
        assert file["Content-Type"].endswith("spreadsheetml.sheet"), name
        rows = list(openpyxl.load_workbook(io.BytesIO(file.content)).active.values)
        assert rows, name
        words = texts_of(answer.content.decode())
        missing = [told(cell) for row in rows for cell in row if told(cell) not in words]
        assert not missing, f"{name} {table}"


@pytest.mark.django_db
def test_a_list_of_many_pages_is_taken_whole(analyst, page, zhejiang, monkeypatch):
    monkeypatch.setattr(views, "ROWS_A_PAGE", 2)
    for number in range(5):
        services.export_ask(
            by=analyst,
            members=BitMap(zhejiang),
            attributes=[],
            form="csv",
            title=f"East {number}",
            back="/",
            language="",
        )
    answer = page.get(f"{reverse('exports:list')}?page=2&table=files")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)
    assert [row[0] for row in rows] == ["File", *(f"East {number}" for number in reversed(range(5)))]


@pytest.mark.django_db
def test_tables_of_customers_are_for_those_who_may_export_them(zhejiang, page, django_user_model):
    address = reverse("customer-values", args=[zhejiang[0]])
    assert "table=values" in page.get(address).content.decode()
    other = Client(headers={"accept-language": "en"})
    other.force_login(django_user_model.objects.create_user("reader", is_staff=True))
    assert "table=values" not in other.get(address).content.decode()
    assert "html" in other.get(f"{address}?table=values")["Content-Type"]


@pytest.mark.django_db
def test_a_table_that_is_not_there_is_the_page_itself(page, zhejiang):
    assert "<h1>" in page.get(f"{reverse('data:fields')}?table=nothing").content.decode()


@pytest.mark.django_db
def test_a_page_of_which_nothing_is_taken_shows_no_more_than_it_does(analyst, page, zhejiang, monkeypatch):
    monkeypatch.setattr(views, "ROWS_A_PAGE", 1)
    asked = {"attributes": [], "form": "csv", "back": "/", "language": ""}
    for number in range(3):
        services.export_ask(by=analyst, members=BitMap(zhejiang), title=f"East {number}", **asked)
    shown = page.get(f"{reverse('exports:list')}?table=nothing").content.decode()
    assert [f"East {number}" in shown for number in range(3)] == [False, False, True]
