"""The data pages without a browser: who may, what is kept, what is refused in words."""

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile

from cdp.sources.models import Load, LoadStage, Source, Upload
from cdp.store.models import EventType
from tests.sources.filing import book

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
MEMBERS = "会员号,手机号,城市\nM1,13800138000,杭州市\nM2,13900139000,北京市\n"


@pytest.fixture
def uploaded(admin_client):
    """The answer to sending the member list as a file of the new source 会员名单."""
    file = SimpleUploadedFile("members.csv", MEMBERS.encode())
    return admin_client.post("/data/upload/", {"file": file, "source": "+", "name": "会员名单", "channel": "store"})


def choices(**changed):
    """The mapping table as the browser sends it."""
    sent = {"kind": "customers", "role-0": "identifier", "type-0": "member_no", "role-1": "identifier"}
    return {**sent, "type-1": "phone", "role-2": "attribute", "attribute-2": "city", **changed}


@pytest.mark.parametrize(
    "path", ["/data/upload/", "/data/upload/1/", "/data/loads/1/write/", "/data/loads/1/undo/"]
)
def test_only_those_who_may_load_open_the_wizard(client, path):
    client.force_login(get_user_model().objects.create_user("mei", is_staff=True))
    answer = client.post(path) if path.endswith(("write/", "undo/")) else client.get(path)
    assert answer.status_code == 403


def test_a_file_leads_to_its_mapping(admin_client, uploaded):
    text = admin_client.get(uploaded.url).content.decode()
    assert "会员名单" in text
    assert "13800138000" in text


def test_nothing_is_kept_of_a_source_before_its_mapping_is_right(admin_client, uploaded):
    answer = admin_client.post(uploaded.url, choices(**{"role-0": "ignore", "role-1": "ignore"}))
    assert answer.status_code == 422
    assert "没有一列能说明客户是谁" in answer.content.decode()
    assert not Source.objects.exists()


def test_two_columns_with_one_meaning_are_marked_where_they_are(admin_client, uploaded):
    text = admin_client.post(uploaded.url, choices(**{"type-1": "member_no"})).content.decode()
    row = text.split('name="role-1"')[1].split("</tr>")[0]
    assert "有两列都是 member_no" in row


def test_the_dry_run_changes_nothing_and_the_load_does(admin_client, uploaded):
    check = admin_client.post(uploaded.url, choices())
    source = Source.objects.get()
    assert (source.name, source.channel, source.slug) == ("会员名单", "store", "hui_yuan_ming_dan")
    text = admin_client.get(check.url).content.decode()
    assert "新客户" in text
    assert "还没有客户" in admin_client.get("/customers/").content.decode()

    write = admin_client.post(f"{check.url}write/")
    assert "杭州市" in admin_client.get("/customers/?q=13800138000").content.decode()
    again = admin_client.post(f"{check.url}write/")
    assert again.url == write.url, "confirming twice loads once"
    assert Load.objects.filter(stage=LoadStage.WRITE).count() == 1


def test_undoing_needs_the_name_typed(admin_client, uploaded):
    check = admin_client.post(uploaded.url, choices())
    write = admin_client.post(f"{check.url}write/")
    admin_client.post(f"{write.url}undo/", {"name": "会员"})
    assert Load.objects.get(stage=LoadStage.WRITE).undone_at is None
    admin_client.post(f"{write.url}undo/", {"name": "会员名单"})
    assert Load.objects.get(stage=LoadStage.WRITE).undone_at is not None


def test_a_picture_is_refused_in_words_and_not_kept(admin_client):
    file = SimpleUploadedFile("x.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 50)
    answer = admin_client.post("/data/upload/", {"file": file, "source": "+", "name": "照片"})
    assert "图片" in answer.content.decode()
    assert not Upload.objects.exists()


@pytest.mark.parametrize("path", ["/data/", "/data/loads/", "/data/fields/"])
def test_the_pages_open(admin_client, path):
    assert admin_client.get(path).status_code == 200


def test_what_is_missing_of_events_is_said_in_the_words_of_the_form(admin_client, uploaded):
    text = admin_client.post(uploaded.url, choices(kind="events")).content.decode()
    assert "没有说明事件发生的时间" in text
    assert "请把说明发生时间的那一列标为“事件时间”" in text
    assert "Asia/Shanghai&quot;" not in text


def test_nobody_puts_a_file_into_a_source_without_choosing_it(admin_client, uploaded):
    admin_client.post(uploaded.url, choices())
    file = SimpleUploadedFile("again.csv", MEMBERS.encode())
    text = admin_client.post("/data/upload/", {"file": file, "source": ""}).content.decode()
    assert "请选择这份文件属于哪个数据源" in text
    assert Upload.objects.count() == 1


VISITS = "手机号,时间,渠道\n13800138000,2026-11-01 10:00,门店\n13900139000,2026-11-02 11:00,门店\n"


@pytest.fixture
def sent(admin_client):
    """`sent(name, content)`: the answer to sending a file of the new source 门店."""

    def send(name, content):
        file = SimpleUploadedFile(name, content)
        return admin_client.post("/data/upload/", {"file": file, "source": "+", "name": "门店"})

    return send


def visits(**changed):
    fields = {"kind": "events", "role-0": "identifier", "type-0": "phone", "role-1": "time", "role-2": "ignore"}
    return fields | changed


def test_an_event_may_be_named_in_chinese(admin_client, sent):
    check = admin_client.post(sent("visits.csv", VISITS.encode()).url, visits(constant="进店签到"))
    assert check.status_code == 302
    assert not EventType.objects.filter(slug="jin_dian_qian_dao").exists(), "a dry run changes nothing"
    admin_client.post(f"{check.url}write/")
    assert EventType.objects.get(slug="jin_dian_qian_dao").name_zh_hans == "进店签到"
    assert Source.objects.get().mapping["name"] == "jin_dian_qian_dao"


def test_the_form_says_what_a_name_leads_to(admin_client):
    for typed, words in [("购买", "purchase"), ("进店签到", "jin_dian_qian_dao"), ("purchase", "购买")]:
        assert words in admin_client.get("/data/event-name/", {"constant": typed}).content.decode()


def test_everything_typed_stays_when_something_is_wrong(admin_client, uploaded):
    typed = choices(**{"type-1": "+", "type_new-1": "会员 卡", "attribute-2": "+", "attribute_new-2": "home_town"})
    answer = admin_client.post(uploaded.url, {**typed, "attribute_kind-2": "list"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'name="type_new-1"' in text and 'value="会员 卡"' in text
    assert 'value="home_town"' in text
    assert '<option value="list" selected>' in text.split('name="attribute_kind-2"')[1].split("</select>")[0]


def test_two_columns_that_cannot_both_be_stay_as_they_were_chosen(admin_client, uploaded):
    text = admin_client.post(uploaded.url, choices(**{"type-1": "member_no"})).content.decode()
    assert '<option value="identifier" selected>' in text.split('name="role-1"')[1].split("</select>")[0]


def test_rows_that_are_something_else_are_proposed_anew_and_changes_stay(admin_client, sent):
    page = sent("visits.csv", VISITS.encode()).url
    text = admin_client.get(page).content.decode()
    assert role(text, 1) == "time"
    # The steward said that the channel is the city, then that rows are customers.
    fields = visits(kind="customers", switch="1", **{"role-2": "attribute", "attribute-2": "city"})
    text = admin_client.post(page, fields).content.decode()
    assert [role(text, column) for column in range(3)] == ["identifier", "attribute", "attribute"]
    assert '<option value="city" selected>' in text
    assert '<option value="time"' not in text
    proposed = {"role-1": "attribute", "attribute-1": "时间", "role-2": "attribute", "attribute-2": "渠道"}
    back = admin_client.post(page, visits(switch="1", **proposed))
    assert role(back.content.decode(), 1) == "time"


def role(text, column):
    select = text.split(f'name="role-{column}"')[1].split("</select>")[0]
    return select.split(" selected>")[0].rsplit('value="', 1)[1].rstrip('"')


def test_a_workbook_with_several_sheets_lets_one_choose(admin_client, sent, tmp_path):
    sheets = {"订单": [["手机号", "时间"], ["13800138000", "2026-11-01"]], "会员": [["会员号"], ["M1"]], "空": []}
    first = sent("门店.xlsx", book(tmp_path / "book.xlsx", sheets).read_bytes()).url
    assert ">M1<" not in admin_client.get(first).content.decode()
    other = admin_client.post(first.replace("/?", "/sheet/?"), {"sheet": "会员"}).url
    assert other.split("?")[1] == first.split("?")[1], "whose file it is stays answered"
    assert "M1" in admin_client.get(other).content.decode()
    again = admin_client.post(other.replace("/?", "/sheet/?"), {"sheet": "订单"}).url
    assert again == first
    empty = admin_client.post(first.replace("/?", "/sheet/?"), {"sheet": "空"}, follow=True)
    assert empty.status_code == 200 and 'role="alert"' in empty.content.decode()


def test_a_file_with_one_sheet_asks_nothing(admin_client, uploaded):
    assert 'name="sheet"' not in admin_client.get(uploaded.url).content.decode()


def test_steps_being_written_show_before_and_after(admin_client, uploaded):
    sent = choices(**{"step-1-0": "regex", "arg-1-0-pattern": r"(\d{11})", "do": "add:trim"})
    text = admin_client.post(f"{uploaded.url.split('?')[0]}steps/1/", sent).content.decode()
    assert 'value="trim"' in text
    assert "前 2 行中，2 行有变化，0 行不被采用" in text
    assert "+8613800138000" in text


def test_a_step_written_wrongly_says_so_where_the_preview_would_be(admin_client, uploaded):
    sent = choices(**{"step-1-0": "regex", "arg-1-0-pattern": "("})
    text = admin_client.post(f"{uploaded.url.split('?')[0]}steps/1/", sent).content.decode()
    assert "这不是正则表达式" in text
    assert "<table" not in text
