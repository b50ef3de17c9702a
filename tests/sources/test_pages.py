"""The data pages without a browser: who may, what is kept, what is refused in words."""

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile

from cdp.sources.models import Load, LoadStage, Source, Upload

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
