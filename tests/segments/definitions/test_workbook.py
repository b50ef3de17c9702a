"""All definitions out to Excel, edited there, looked at, and in again."""

import io
import json

import openpyxl
import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from cdp.access.viewer import SYSTEM
from segments.definitions.columns import ALL, SHEETS
from segments.definitions.models import BroughtWorkbook
from segments.definitions.services import plan_checked, plan_confirm, workbook_bring
from segments.models import Segment
from segments.services import list_members, segment_from_list, segment_save
from tags.json_forms import EXAMPLES
from tags.models import Category, Tag, TagKind
from tags.services import tag_describe, tag_publish, tag_save
from tags.teamwork.rules import approval_rule_add
from tests.shop import SPENT, labels, lives_in, tag_make

pytestmark = pytest.mark.django_db
HIGH, LOW = {"attribute": "province", "op": "is", "value": "浙江省"}, lives_in("江苏省")


def client_of(person, language="en"):
    client = Client(headers={"accept-language": language})
    client.force_login(person)
    return client


def person(name, *permissions):
    one = User.objects.create_user(name, is_staff=True, first_name=name.title())
    one.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return one


@pytest.fixture
def cast(shop, analyst):
    """A tag of each kind, segments by rule and by list, a category with a name like a formula."""
    place = Category.objects.create(slug="place", name_zh_hans="地域", name_en="Place")
    Category.objects.create(slug="sum", name_en="=1+1", position=7)
    region = labels(("east", HIGH), ("south", LOW)) | {"rest": {"value": "else", "names": {"en": "Elsewhere"}}}
    region["layers"][0]["names"] = {"zh-hans": "华东", "en": "East"}
    names = {"zh-hans": "地区", "en": "Region"}
    tag_make("region", region, analyst, names=names, category=place, valid_days=30, description="两行\n说明 ")
    measured = {"v": 1, "measure": SPENT}
    tag_make("spend", measured, analyst, names={"en": "Spend"}, sensitivity="sensitive")
    ratio = {"v": 1, "formula": "round(spend / 2, 2)"}
    for slug, kind, definition, name in (
        ("koc", TagKind.LIST, EXAMPLES[TagKind.LIST], "007"),
        ("ratio", TagKind.FORMULA, ratio, "Ratio"),
    ):
        made = tag_save(slug=slug, kind=kind, definition=definition, actor=analyst, names={"en": name})
        tag_publish(tag=made, actor=analyst)
    tag_save(slug="drafted", kind="labels", definition=labels(("x", HIGH)), actor=analyst, names={"en": "Drafted"})
    segment_save(
        slug="east", rule={"v": 1, **HIGH}, actor=analyst, names={"zh-hans": "华东客户"}, schedule="weekly"
    )
    ids = shop.people(4)
    for number, one in enumerate(ids):
        shop.identify(one, phone=f"+861380013800{number}")
    segment_from_list(slug="guests", values=["13800138000", "13800138001"], type="phone", actor=analyst)
    Segment.objects.filter(slug="guests").update(name_en="Guests")
    return ids


@pytest.fixture
def page(analyst):
    return client_of(analyst)


def book_of(client, **asked):
    answer = client.get(reverse("definitions:download"), asked)
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def saved(book):
    stream = io.BytesIO()
    book.save(stream)
    stream.name = "definitions.xlsx"
    stream.seek(0)
    return stream


def brought(client, book):
    """The page of what the workbook changes."""
    answer = client.post(reverse("definitions:start"), {"file": saved(book)}, follow=True)
    assert answer.status_code == 200, answer.context["problems"]
    return answer


def sheet_of(book, key):
    return book.worksheets[[one.key for one in ALL].index(key)]


def cell(book, key, row, column):
    """The cell of a column in the row that begins so."""
    sheet = sheet_of(book, key)
    number = [one.key for one in SHEETS[key].columns].index(column) + 1
    wanted = row if isinstance(row, tuple) else (row,)
    for line in sheet.iter_rows(min_row=2):
        if tuple(one.value for one in line[: len(wanted)]) == wanted:
            return sheet.cell(line[0].row, number)
    raise AssertionError(f"no row {row} in {key}")


def added(book, key, **cells):
    sheet = sheet_of(book, key)
    sheet.append([cells.get(column.key) for column in SHEETS[key].columns])
    return sheet.max_row


def told(answer):
    """What the page says is wrong: place → what."""
    return {one.where: one.problem.message for one in answer.context["page"].troubles}


def changed(answer):
    """What it says would change: row → column → before, after."""
    return {
        row.note: {one.label: (one.before, one.after) for one in row.fields}
        for section in answer.context["page"].sections
        for row in section.rows
    }


def confirmed(client, answer):
    sent = {"seals": answer.context["page"].seals}
    return client.post(answer.request["PATH_INFO"], sent, follow=True)


def everything():
    """All that definitions are, to see that nothing else changed."""
    tags = {one.slug: [[v.number, v.state, v.definition] for v in one.versions.all()] for one in Tag.objects.all()}
    rest = [list(model.objects.order_by("slug").values()) for model in (Tag, Category)]
    return (
        tags,
        rest,
        list(Segment.objects.order_by("slug").values("slug", "name_en", "definition", "version", "owner")),
    )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_untouched_workbook_changes_nothing_in_whatever_language_it_is_brought(cast, analyst, language):
    before, book = everything(), book_of(client_of(analyst, language))
    answer = brought(client_of(analyst, "en"), book)
    page = answer.context["page"]
    assert (page.changes, page.troubles, page.notes, page.passed_over) == (0, [], [], [])
    assert [section.same for section in page.sections] == [5, 3, 2, 2, 2]
    assert "Nothing changes" in answer.content.decode() and everything() == before


def test_it_explains_itself(cast, page):
    book = book_of(page)
    tags = sheet_of(book, "tags")
    assert [one.title for one in book.worksheets if one.sheet_state == "visible"] == [
        *("Tags", "Layers", "Segments", "Lists", "Categories")
    ]
    assert tags.freeze_panes == "B2" and all(one.comment for one in tags[1])
    lists = {
        str(rule.sqref).rstrip("0123456789").split("2")[0]: rule.formula1
        for rule in tags.data_validations.dataValidation
    }
    assert set(lists) == {"E", "F", "G", "J", "K", "M"}
    assert cell(book, "tags", "region", "sentence").fill.fgColor.rgb == "00EFEFEF"
    assert cell(book, "tags", "region", "description").fill.fgColor.rgb == "00000000"
    assert cell(book, "tags", "region", "valid_days").value == 30
    assert cell(book, "tags", "koc", "name_en").value == "007"
    name = cell(book, "categories", "sum", "name_en")
    assert (name.value, name.data_type) == ("=1+1", "s")
    assert "浙江省" in cell(book, "layers", ("region", "east"), "sentence").value
    assert cell(book, "tags", "spend", "gives").value == "a number"


EDITS = [
    ("tags", "region", "name_en", "Area", "Name in English", ("Region", "Area")),
    ("tags", "region", "category", "sum", "Category", ("Place", "=1+1")),
    ("tags", "region", "owner", "mei", "Owner", ("Lin", "Mei")),
    ("tags", "region", "department", "Sales", "Department", ("", "Sales")),
    ("tags", "region", "description", "Where they live", "What it is for", ("两行\n说明 ", "Where they live")),
    ("tags", "region", "schedule", "every week", "Refreshed", ("every day", "every week")),
    (
        "tags",
        "region",
        "empty_policy",
        "keep",
        "When a customer has no value any more",
        ("leave blank", "keep the last value"),
    ),
    ("tags", "region", "valid_days", None, "Valid for days", ("30", "")),
    ("tags", "region", "sensitivity", "敏感", "Sensitivity", ("normal", "sensitive")),
    ("tags", "drafted", "kind", "given by hand", "Kind", ("labels", "given by hand")),
    ("layers", ("region", "east"), "name_zh_hans", "东部", "Name in Simplified Chinese", ("华东", "东部")),
    ("layers", ("region", "east"), "order", 2.5, "Order", ("1", "2.5")),
    ("segments", "east", "schedule", "hourly", "Refreshed", ("every week", "every hour")),
    ("segments", "guests", "name_en", "Visitors", "Name in English", ("Guests", "Visitors")),
    ("segments", "guests", "owner", "Mei", "Owner", ("Lin", "Mei")),
    ("categories", "place", "position", 3, "Position", ("100", "3")),
]


def test_a_change_of_each_column_is_shown_and_then_made(cast, page, analyst):
    person("mei")
    book = book_of(page)
    for key, row, column, value, _label, _shown in EDITS:
        cell(book, key, row, column).value = value
    cell(book, "tags", "drafted", "definition").value = json.dumps(EXAMPLES[TagKind.LIST])
    answer = brought(page, book)
    shown = changed(answer)
    assert told(answer) == {}
    for _key, row, _column, _value, label, texts in EDITS:
        assert shown[" · ".join(row) if isinstance(row, tuple) else row][label] == texts
    done = confirmed(page, answer).content.decode()
    assert "changes of definitions.xlsx were made" in done
    region, guests = Tag.objects.get(slug="region"), Segment.objects.get(slug="guests")
    assert (region.name_en, region.category.slug, region.owner.username) == ("Area", "sum", "mei")
    assert (region.department, region.description, region.schedule) == ("Sales", "Where they live", "weekly")
    assert (region.empty_policy, region.valid_days, region.sensitivity) == ("keep", None, "sensitive")
    in_force, draft = (region.versions.get(state=state).definition for state in ("published", "draft"))
    assert [layer["value"] for layer in in_force["layers"]] == ["east", "south"]
    assert [layer["value"] for layer in draft["layers"]] == ["south", "east"] and draft["rest"] == in_force["rest"]
    assert draft["layers"][1]["names"] == {"zh-hans": "东部", "en": "East"}
    assert reverse("tags:publish", args=["region"]) in done
    assert Tag.objects.get(slug="drafted").kind == "list"
    assert (guests.name_en, guests.owner.username, guests.version) == ("Visitors", "mei", 1)
    assert (
        Segment.objects.get(slug="east").schedule == "hourly" and Category.objects.get(slug="place").position == 3
    )
    assert brought(page, book_of(page)).context["page"].changes == 0


def test_a_changed_rule_reads_as_a_sentence_and_becomes_a_draft(cast, page):
    book = book_of(page)
    cell(book, "layers", ("region", "east"), "when").value = json.dumps(lives_in("上海市"), ensure_ascii=False)
    cell(book, "segments", "east", "definition").value = json.dumps({"v": 1, **LOW})
    answer = brought(page, book)
    before, after = changed(answer)["region · east"]["Rule (advanced)"]
    assert "浙江省" in before and "上海市" in after and "{" not in before + after
    done = confirmed(page, answer).content.decode()
    assert "Drafts that wait to be published" in done
    assert Segment.objects.get(slug="east").definition == {"v": 1, **HIGH}
    assert Segment.objects.get(slug="east").versions.get(state="draft").definition == {"v": 1, **LOW}
    assert Tag.objects.get(slug="region").versions.get(state="published").definition["layers"][0]["when"] == HIGH


def test_new_ones_come_with_what_they_need(cast, page):
    book = book_of(page)
    added(book, "categories", slug="taste", name_en="Taste")
    added(book, "tags", name_en="Fan of North", category="Taste")
    added(book, "layers", tag="fan_of_north", value="yes", when=json.dumps(HIGH))
    added(book, "segments", slug="again", name_en="Again", kind="by list")
    added(book, "segments", slug="west", name_en="West", definition=json.dumps(LOW))
    added(book, "lists", list="again", type="phone", identifier="138 0013 8002")
    added(book, "lists", list="guests", identifier="13800138003")
    added(book, "lists", list="guests", identifier="13999999999")
    answer = brought(page, book)
    page_shown = answer.context["page"]
    assert told(answer) == {} and [one.where for one in page_shown.notes] == ["Lists C6"]
    assert changed(answer)["guests"]["Customers"] == ("", "+1")
    confirmed(page, answer)
    fan = Tag.objects.get(slug="fan_of_north")
    assert (fan.category.name_en, fan.versions.get().state) == ("Taste", "draft")
    assert set(list_members(Segment.objects.get(slug="again"))) == {cast[2]}
    assert set(list_members(Segment.objects.get(slug="guests"))) == {cast[0], cast[1], cast[3]}
    assert Segment.objects.get(slug="west").versions.get().state == "published"


BAD = [
    ("tags", "region", "category", "Nowhere", "“%(text)s” is not one of the choices."),
    ("tags", "region", "kind", "measure", "A tag that was published keeps its kind."),
    ("tags", "region", "owner", None, "An owner can be replaced, not removed."),
    ("tags", "region", "schedule", "sometimes", "“%(text)s” is not one of the choices."),
    ("tags", "region", "valid_days", "soon", "“%(text)s” is not a whole number."),
    ("tags", "region", "valid_days", 1.5, "“%(text)s” is not a whole number."),
    ("tags", "region", "department", "x" * 61, "This has %(many)s characters; at most %(most)s fit."),
    ("tags", "region", "empty_policy", None, "This may not be empty."),
    ("tags", "koc", "name_en", None, "Give it a name."),
    ("tags", "spend", "definition", "{oops", "The definition is not JSON: line %(line)s, column %(column)s."),
    ("tags", "spend", "definition", "[1]", "A definition begins with {."),
    ("tags", "spend", "definition", '{"v": 1}', "An object is needed here."),
    ("layers", ("region", "south"), "order", 1, "Another layer has this place, too."),
    ("layers", ("region", "south"), "order", "first", "“%(text)s” is no place in an order."),
    (
        "layers",
        ("region", "east"),
        "when",
        '{"attribute": "provinz", "op": "exists"}',
        'There is no attribute "%(name)s".',
    ),
    ("layers", ("region", "east"), "tag", "regoin", 'There is no tag "%(name)s".'),
    ("segments", "east", "kind", "by list", "A segment keeps its kind."),
    ("segments", "guests", "definition", '{"v": 1}', "A list has neither a rule nor a schedule."),
    ("segments", "east", "definition", '{"segment": "gone"}', 'There is no segment "%(name)s".'),
    ("lists", "guests", "list", "nobody", "There is no list “%(name)s”."),
    ("lists", "guests", "type", "shoe size", "“%(text)s” is not one of the choices."),
    ("categories", "place", "position", -1, "“%(text)s” is not a whole number."),
    ("categories", "place", "slug", "has space", 'The short name "%(slug)s" cannot be used.'),
    ("categories", "place", "name_en", "#REF!", "Excel put an error in this cell: %(text)s."),
]


# Told only where nothing else is wrong, since it takes doing what the workbook says.
LATE = {
    "A tag that was published keeps its kind.",
    "An object is needed here.",
    'There is no attribute "%(name)s".',
    'There is no segment "%(name)s".',
    'The short name "%(slug)s" cannot be used.',
    "Another layer has this place, too.",
}


def test_every_bad_cell_is_named_at_once_with_what_to_do(cast, page):
    """Those that are found before anything is tried together, the others one workbook each."""
    together = [one for one in BAD if one[2] != "valid_days" or one[3] == "soon"]
    before, book, places = everything(), book_of(page), {}
    rows = {}
    for key, row, column, value, message in together:
        found = rows.setdefault((key, row, column), cell(book, key, row, column))
        places.setdefault(f"{SHEETS[key].title} {found.coordinate}", (found, value, message))
    for found, value, _message in places.values():
        found.value = value
    answer = brought(page, book)
    wrong = told(answer)
    expected = {place: message for place, (_cell, _value, message) in places.items() if message not in LATE}
    assert {place: wrong.get(place) for place in expected} == expected
    assert everything() == before and "How to mend it" in answer.content.decode()


def test_some_bad_cells_are_found_when_what_the_workbook_says_is_tried(cast, page, analyst):
    before, wrong = everything(), {}
    for key, row, column, value, message in [one for one in BAD if one[-1] in LATE]:
        book = book_of(page)
        found = cell(book, key, row, column)
        found.value = value
        kept = workbook_bring(file=saved(book), name="a.xlsx", size=1, by=analyst)
        seen = {one.sheet + one.cell: one.problem.message for one in plan_checked(kept, analyst).problems}
        if seen.get(f"{SHEETS[key].title}{found.coordinate}") != message:
            wrong[key, row, column, value] = seen
    assert wrong == {} and everything() == before


def test_what_others_changed_meanwhile_stays_unless_the_same_cell_was_edited(cast, page, analyst):
    book = book_of(page)
    cell(book, "tags", "region", "description").value = "Mine"
    tag = Tag.objects.get(slug="region")
    tag_describe(tag=tag, actor=analyst, department="Theirs", name_en="Theirs", description="Theirs")
    answer = brought(page, book)
    assert changed(answer) == {"region": {"What it is for": ("Theirs", "Mine")}}
    assert "changed by others meanwhile" in answer.content.decode()


def test_what_changes_between_looking_and_confirming_is_told_and_looked_at_again(cast, page, analyst):
    book = book_of(page)
    cell(book, "tags", "region", "name_en").value = "Area"
    cell(book, "tags", "spend", "name_en").value = "Spent"
    answer = brought(page, book)
    tag_describe(tag=Tag.objects.get(slug="region"), actor=analyst, name_en="Zone")
    again = confirmed(page, answer)
    assert again.status_code == 409 and "Something changed since you looked" in again.content.decode()
    assert again.context["page"].others == ["region"] and Tag.objects.get(slug="spend").name_en == "Spend"
    confirmed(page, again)
    assert Tag.objects.get(slug="region").name_en == "Area" and Tag.objects.get(slug="spend").name_en == "Spent"


def test_nobody_changes_more_than_they_may(cast, page, analyst):
    mei = person("mei", "edit_segments")
    mine = client_of(mei)
    book = book_of(mine)
    assert sheet_of(book, "lists").max_row == 1
    cell(book, "tags", "region", "name_en").value = "Area"
    cell(book, "segments", "east", "name_en").value = "East"
    cell(book, "categories", "place", "name_en").value = "Places"
    answer = brought(mine, book)
    assert told(answer) == {
        "Tags A2": "You may not change tags.",
        "Categories A2": "You may not change categories.",
    } or set(told(answer).values()) == {"You may not change tags.", "You may not change categories."}
    assert Segment.objects.get(slug="east").name_en == ""
    own = BroughtWorkbook.objects.get(by=mei)
    assert page.get(reverse("definitions:check", args=[own.pk])).status_code == 404
    reader = client_of(person("reader"))
    assert reader.post(reverse("definitions:start"), {"file": saved(book)}).status_code == 403
    assert "nothing to bring back" in reader.get(reverse("definitions:start")).content.decode()


def test_approval_is_not_gone_around(cast, page, analyst):
    """Neither by the category of a tag in use, nor by publishing; a changed rule waits as a draft."""
    head = person("head")
    approval_rule_add(kind="tag", category="place", sensitivity="", approvers=[head.username], actor=SYSTEM)
    book = book_of(page)
    cell(book, "tags", "region", "category").value = "sum"
    (told_now,) = told(brought(page, book)).values()
    assert told_now == "Only those whose approval it needs may do this: %(people)s."
    book = book_of(page)
    cell(book, "layers", ("region", "east"), "when").value = json.dumps(lives_in("上海市"))
    confirmed(page, brought(page, book))
    assert Tag.objects.get(slug="region").versions.get(state="draft").definition["layers"][0]["when"] != HIGH


def test_a_sheet_that_was_cut_down_or_made_by_hand_says_only_what_is_in_it(cast, page):
    book = openpyxl.Workbook()
    book.active.title = "标签"
    book.active.append(["短名", "英文名称", "slug", "Mood"])
    book.active.append([None, "Area", "region", "good"])
    book.create_sheet("Mine")
    answer = brought(page, book)
    assert changed(answer) == {"region": {"Name in English": ("Region", "Area")}}
    assert {"标签 · Mood", "Mine"} <= set(answer.context["page"].passed_over)
    assert len(answer.context["page"].sections) == 1


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"slug", "This is no Excel workbook."),
        ("a.xlsx", b"no zip", "The file cannot be read as a workbook."),
        ("a.xlsx", None, "None of its sheets is known here."),
    ],
)
def test_what_is_no_such_workbook_is_told(cast, page, name, content, says):
    stream = io.BytesIO(content) if content else saved(openpyxl.Workbook())
    stream.name = name
    answer = page.post(reverse("definitions:start"), {"file": stream})
    assert answer.status_code == 422 and says in answer.content.decode()
    assert not BroughtWorkbook.objects.exists()


@pytest.mark.parametrize(
    ("sheet", "row", "column", "text"),
    [
        ("tags", "region", "valid_days", "1e999999999"),
        ("tags", "region", "valid_days", "1e-999999999"),
        ("layers", ("region", "east"), "order", "1e999999999"),
        ("layers", ("region", "east"), "order", "1e-999999999"),
        ("categories", "place", "position", "-1e999999999"),
    ],
)
def test_a_number_of_a_million_digits_is_refused_at_once(cast, page, sheet, row, column, text):
    book = book_of(page)
    cell(book, sheet, row, column).value = text
    answer = brought(page, book)
    assert len(told(answer)) == 1 and text in answer.content.decode()


def test_a_confirmation_that_is_sent_twice_is_done_once(cast, page, analyst):
    book = book_of(page)
    cell(book, "tags", "region", "description").value = "Where they live"
    shown = brought(page, book).context["page"].seals
    waiting = BroughtWorkbook.objects.get()
    for _click in range(2):
        plan, others = plan_confirm(book=waiting, seals=json.loads(shown), actor=analyst)
        assert (plan.problems, others) == ([], [])
    assert BroughtWorkbook.objects.get().done == {"changes": 1, "drafts": [], "is_playbook": False}


def test_the_list_leads_there_and_takes_what_it_is_narrowed_to(cast, page):
    assert f"{reverse('definitions:start')}?of=tags" in page.get(reverse("tags:list")).content.decode()
    book = book_of(page, of="tags", q="Region")
    assert [line[0].value for line in sheet_of(book, "tags").iter_rows(min_row=2)] == ["region"]
    assert sheet_of(book, "segments").max_row == 3
