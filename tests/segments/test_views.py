"""The pages of segments, as a marketer meets them."""

import io
import re
from html import unescape

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cdp.identity.models import IdentifierType
from segments.models import Segment
from segments.services import segment_refresh_request, segment_save
from tags.builder.definitions import write_segment
from tags.builder.posted import fields_of
from tags.rules.canonical import fingerprint
from tags.rules.parse import parse_rule
from tags.uploads import file_values, pasted_values
from tests.shop import AS_OF, lives_in

pytestmark = pytest.mark.django_db
HIDDEN = r'<input type="hidden" name="(rule[^"]*)" value="([^"]*)">'


@pytest.fixture
def page(analyst):
    client = Client(headers={"accept-language": "en"})
    client.force_login(analyst)
    return client


@pytest.fixture
def zhejiang(shop):
    """Three known customers in Zhejiang and one in Shanghai."""
    ids = shop.people(3, "浙江省")
    shop.people(1, "上海市")
    for number, customer in enumerate(ids):
        shop.identify(customer, member_no=f"M{number}", phone=f"+861380013800{number}")
    return ids


@pytest.fixture
def east(zhejiang, analyst, django_capture_on_commit_callbacks):
    segment = segment_save(slug="east", rule=lives_in("浙江省"), actor=analyst, names={"en": "East"})
    with django_capture_on_commit_callbacks(execute=True):
        segment_refresh_request(segments=[segment], as_of=AS_OF)
    return segment


def form(**changes):
    return {
        "names.en": "East",
        "rule.join": "all",
        "rule.items.0.type": "attribute",
        "rule.items.0.attribute": "province",
        "rule.items.0.op": "in",
        "rule.items.0.value.many[]": ["浙江省"],
        **changes,
    }


def test_the_live_count_follows_the_rule(page, zhejiang):
    answer = page.post(reverse("segments:live-count"), form()).content.decode()
    assert 'role="status">3</p>' in answer
    assert "75% of 4 customers" in answer
    turned = page.post(reverse("segments:live-count"), form(**{"rule.join": "none"})).content.decode()
    assert 'role="status">1</p>' in turned


def test_saving_by_rule_works_out_the_members(page, zhejiang, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = page.post(reverse("segments:new"), form())
    segment = Segment.objects.get()
    assert (segment.slug, segment.count) == ("east", 3)
    shown = page.get(answer["location"]).content.decode()
    assert "/customers/" + str(zhejiang[0]) + "/" in shown
    assert "75% of 4 customers" in shown


def test_a_second_segment_of_the_same_short_name_is_refused_beside_the_name(page, east):
    answer = page.post(reverse("segments:new"), form(description="mine"))
    assert answer.status_code == 422
    assert "is in use already" in answer.content.decode()
    assert 'value="mine"' in answer.content.decode()


@pytest.mark.parametrize(("clear", "phone"), [(False, "+86138****00"), (True, "+8613800138000")])
def test_members_are_masked_for_those_who_may_not_see_them(east, django_user_model, clear, phone):
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    if clear:
        reader.user_permissions.add(Permission.objects.get(codename="view_personal"))
    client = Client(headers={"accept-language": "en"})
    client.force_login(reader)
    shown = client.get(reverse("segments:detail", args=["east"])).content.decode()
    assert phone in shown
    assert ("+8613800138000" in shown) == clear


def test_only_those_who_may_download_members(east, page, django_user_model):
    address = reverse("segments:export", args=["east", "csv"])
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    other = Client()
    other.force_login(reader)
    assert other.get(address).status_code == 403
    text = page.get(address).content.decode("utf-8-sig")
    _header, *rows = text.strip().splitlines()
    assert len(rows) == 3
    assert "M0" in rows[0]
    assert "+8613800138000" in rows[0]


def test_the_workbook_has_one_row_a_member(east, page):
    answer = page.get(reverse("segments:export", args=["east", "xlsx"]))
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)
    assert len(rows) == 4
    assert any(cell == "+8613800138002" for cell in rows[3])


def test_a_pasted_list_finds_its_customers_and_reports_the_rest(page, zhejiang, django_capture_on_commit_callbacks):
    sent = {"names.en": "Invitees", "type": "member_no", "pasted": "M0\nM1\nM1\nnobody\n"}
    with django_capture_on_commit_callbacks(execute=True):
        saved = page.post(reverse("segments:new-list"), sent)
    assert saved.status_code == 302, "loading the page anew must not save the list again"
    answer = page.get(saved.url).content.decode()
    assert Segment.objects.get().count == 2
    assert "<td>nobody</td>" in answer
    assert "No customer has this." in answer


def test_a_list_of_nobody_is_not_saved_and_stays_in_the_form(page, zhejiang):
    answer = page.post(reverse("segments:new-list"), {"names.en": "Invitees", "pasted": "x1\nx2"})
    assert answer.status_code == 422
    assert "None of the 2 values belongs to a known customer." in answer.content.decode()
    assert "x1\nx2</textarea>" in answer.content.decode()
    assert not Segment.objects.exists()


def workbook(*values):
    book = openpyxl.Workbook()
    for value in values:
        book.active.append([value, "more"])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.xlsx", workbook("会员", 266079.0)),
        ("list.csv", "会员,备注\n266079,x\n".encode("gb18030")),
        ("list.txt", "会员\n266079".encode("utf-8-sig")),
        ("list.csv", "会员;备注\n266079;x".encode("utf-16")),
    ],
)
def test_lists_are_read_from_the_files_people_have(name, content):
    assert file_values(io.BytesIO(content), name, len(content)) == ["会员", "266079"]


def test_of_pasted_cells_the_first_column_counts():
    assert pasted_values("a\tb\r\n\r\n c \td\n") == ["a", "", "c"]


def test_the_place_of_a_value_is_its_row_in_the_sheet_empty_rows_and_all():
    book = workbook("会员", None, 266079.0)
    assert file_values(io.BytesIO(book), "list.xlsx", len(book)) == ["会员", "", "266079"]


@pytest.mark.parametrize(
    ("name", "content"), [("picture.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0"), ("picture.csv", b"\x89PNG\0\0\0\x01")]
)
def test_a_file_that_is_no_list_is_refused_in_words(page, zhejiang, name, content):
    file = SimpleUploadedFile(name, content)
    answer = page.post(reverse("segments:new-list"), {"names.en": "Invitees", "file": file})
    assert answer.status_code == 422
    assert "The file cannot be read as a list." in answer.content.decode()


def test_pages_ask_as_often_for_many_members_and_segments_as_for_few(
    page,
    shop,
    east,
    analyst,
    django_assert_num_queries,
    django_assert_max_num_queries,
    django_capture_on_commit_callbacks,
):
    addresses = [reverse("segments:list"), reverse("segments:detail", args=["east"])]
    few = []
    for address in addresses:
        page.get(address)
        with django_assert_max_num_queries(36) as asked:
            page.get(address)
        few.append(len(asked))
    shop.people(40, "浙江省")
    for number in range(8):
        segment_save(slug=f"more{number}", rule=lives_in("上海市"), actor=analyst)
    with django_capture_on_commit_callbacks(execute=True):
        segment_refresh_request(segments=Segment.objects.all(), as_of=AS_OF)
    assert Segment.objects.get(slug="east").count == 43
    for address, number in zip(addresses, few, strict=True):
        with django_assert_num_queries(number):
            page.get(address)


def test_every_type_of_identifier_can_be_chosen_for_a_list(page, zhejiang):
    shown = page.get(reverse("segments:new-list")).content.decode()
    for type in IdentifierType.objects.all():
        assert f'<option value="{type.slug}"' in shown


def test_what_happened_in_order_and_who_ranks_first_are_drawn_counted_and_saved(page, shop, analyst, zhejiang):
    shop.buy((zhejiang[0], "2026-06-01", 10))
    again = {"sequence": [{"event": "purchase"}] * 2, "within": {"n": 5, "unit": "day"}}
    measure = {"event": "purchase", "agg": "sum", "property": "amount"}
    rule = {"all": [again, {"not": {"rank": {"measure": measure, "top": 10}}}]}
    segment_save(slug="quiet", rule=rule, actor=analyst, names={"en": "Quiet"})
    edit, fields = reverse("segments:edit", args=["quiet"]), dict(fields_of(write_segment(rule)))

    shown = page.get(edit).content.decode()
    counted = page.post(reverse("segments:live-count"), fields).content.decode()
    saved = page.post(edit, {"names.en": "Quiet ones", **fields})

    assert fields.keys() <= set(re.findall(r'name="([^"]+)"', shown))
    assert "then another step" in shown
    assert "edited as text" not in shown
    assert 'role="status">' in counted
    assert 'id="f-rule-items-0-steps-1-problem"' in counted
    assert saved.status_code == 302
    segment = Segment.objects.get(slug="quiet")
    assert segment.names["en"] == "Quiet ones"
    assert fingerprint(parse_rule(segment.definition)) == fingerprint(parse_rule(rule))


def two(**changes):
    """In Zhejiang, and in Shanghai as well: nobody, until one of the two is switched off."""
    second = {key.replace("items.0", "items.1"): value for key, value in form().items() if "items.0" in key}
    return {**form(), **second, "rule.items.1.value.many[]": ["上海市"], **changes}


def test_a_condition_that_is_switched_off_counts_for_nothing_and_is_there_again(page, zhejiang):
    off = two(**{"rule.items.1.off": "1"})
    answer = page.post(reverse("segments:live-count"), off).content.decode()
    assert 'role="status">3</p>' in answer

    page.post(reverse("segments:new"), {**off, "save": "save"})

    segment = Segment.objects.get()
    assert segment.definition == {"v": 1, "attribute": "province", "op": "in", "value": ["浙江省"]}
    shown = page.get(reverse("segments:edit", args=["east"])).content.decode()
    assert "上海市" in shown
    assert '<input type="hidden" name="rule.items.1.off" value="1">' in shown

    # Another one switched off does not change the rule, and so makes no draft.
    page.post(reverse("segments:edit", args=["east"]), {**form(), "save": "save"})
    assert segment.versions.count() == 1
    assert "上海市" not in page.get(reverse("segments:edit", args=["east"])).content.decode()


def test_a_folded_condition_is_its_sentence_and_keeps_its_fields(page, zhejiang):
    shown = page.post(reverse("segments:build"), two(do="fold rule.items.1")).content.decode()
    row = shown.split('id="f-rule-items-1"')[1]
    assert "上海市" in row.split('class="qb-sentence">')[1].split("</span>")[0]
    assert "<select" not in row.split("qb-adds")[0]
    kept = dict(re.findall(HIDDEN, shown))
    assert kept["rule.items.1.attribute"] == "province"
    assert kept["rule.items.1.value.many[]"] == "上海市"


def fits(answer):
    """Form path → what stands beside the condition."""
    found = re.findall(r'<span id="f-([\w-]+)-fits"[^>]*>(.*?)</span>', answer, flags=re.S)
    return {path: " ".join(re.sub("<[^>]*>", " ", text).split()) for path, text in found}


def test_beside_each_condition_stands_how_many_fit_it_and_which_cuts_most(page, shop):
    shop.people(3, "浙江省")
    buyers = shop.people(2, "上海市")
    shop.buy(*[(one, "2026-06-01T04:00:00", 50) for one in buyers])
    bought = {
        "rule.items.1.type": "event",
        "rule.items.1.event[]": ["purchase"],
        "rule.items.1.agg": "count",
        "rule.items.1.op": ">=",
        "rule.items.1.value.text": "1",
        "rule.items.1.window.shape": "ever",
    }
    everywhere = {"rule.items.0.value.many[]": ["浙江省", "上海市"]}
    answer = page.post(reverse("segments:live-count"), {**form(), **bought, **everywhere}).content.decode()
    assert fits(answer) == {
        "rule": "2 fit (40%)",
        "rule-items-0": "5 fit (100%)",
        "rule-items-1": "2 fit (40%) cuts most: 5 without it",
    }

    # What is finished is counted while something else is not.
    empty = {"rule.items.1.event[]": [""]}
    answer = page.post(reverse("segments:live-count"), {**form(), **bought, **empty}).content.decode()
    assert "Fill in 1 more place" in answer
    assert fits(answer) == {"rule": "", "rule-items-0": "3 fit (60%)", "rule-items-1": ""}


def base_of(page):
    shown = page.get(reverse("segments:edit", args=["east"])).content.decode()
    return unescape(re.search(r'name="base" value="([^"]*)"', shown)[1])


def test_whoever_saves_second_sees_both_changes_and_chooses(page, east, analyst):
    base = base_of(page)
    assert page.get(reverse("segments:edit", args=["east"])).context["form"].conflict is None
    segment_save(slug="east", rule=lives_in("上海市"), actor=analyst, names={"en": "East"}, description="theirs")

    mine = {**form(**{"rule.items.0.value.many[]": ["浙江省", "江苏省"]}), "base": base, "description": "mine"}
    answer = page.post(reverse("segments:edit", args=["east"]), {**mine, "save": "save"})

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "has saved a change since you opened this form" in text
    theirs, own = (
        " ".join(re.sub("<[^>]*>", "", text.split(title)[1].split("</h3>")[1].split("</div>")[0]).split())
        for title in ("What is saved now", "What you would save")
    )
    assert "What it is for: theirs" in theirs
    assert "上海市" in theirs
    assert "What it is for: mine" in own
    assert "江苏省" in own
    east.refresh_from_db()
    assert east.description == "theirs"
    assert 'value="mine"' in text

    seal = re.search(r'name="over" value="(\w+)"', text)[1]
    # Somebody saves once more: what was seen is no longer what would be overwritten.
    segment_save(slug="east", rule=lives_in("北京市"), actor=analyst, names={"en": "East"}, description="theirs")
    again = page.post(reverse("segments:edit", args=["east"]), {**mine, "over": seal})
    assert again.status_code == 422
    seal = re.search(r'name="over" value="(\w+)"', again.content.decode())[1]
    saved = page.post(reverse("segments:edit", args=["east"]), {**mine, "over": seal})
    assert saved.status_code == 302
    east.refresh_from_db()
    assert east.description == "mine"
    assert "quanxi_saved" in saved.cookies
