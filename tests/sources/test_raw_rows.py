"""A row as it came, from the event that was made of it."""

import json

import pytest
from django.core.management import call_command

from cdp.access.viewer import SYSTEM
from cdp.errors import UserError
from cdp.sources.quarantine import services
from cdp.sources.raw_rows import event_row, raw_row

from .test_loading import PURCHASES, events, load
from .test_quarantine import DIRTY, row_of, steward

pytestmark = pytest.mark.django_db
REPEATS = "手机号,时间,金额\n" + "13800138000,2024-05-01,¥ 10\n" * 3 + "13900139000,2024-05-02,20\n"


@pytest.mark.parametrize("key", [None, "时间"])
def test_every_event_leads_to_the_row_it_was_made_of(key):
    text = "手机号,时间,金额\n13800138000,2024-05-01,10\n无,2024-05-09,5\n13900139000,2024/5/2,20\n"
    done = load(text, "orders", PURCHASES | {"key": key})
    found = {str(event["amount"]): event_row(done, event["event_id"]) for event in events()}
    assert found == {"10.00": 2, "20.00": 4}
    assert dict(raw_row(SYSTEM, done, 4).cells) == {"手机号": "13900139000", "时间": "2024/5/2", "金额": "20"}


def test_repeats_lead_to_rows_of_their_own():
    done = load(REPEATS, "orders", PURCHASES)
    assert sorted(event_row(done, event["event_id"]) for event in events()) == [2, 3, 4, 5]


def test_an_event_of_a_mended_row_leads_to_the_row_as_it_was_mended():
    first = load(DIRTY, "orders", PURCHASES)
    services.refused_rows_fix(fixes=[(row_of(3), {2: "20"})], by=None)
    retry = services.refused_retry_now(load=first, by=None)
    (event,) = [event for event in events() if str(event["amount"]) == "20.00"]
    assert event_row(retry, event["event_id"]) == 3
    assert dict(raw_row(SYSTEM, retry, 3).cells)["金额"] == "20"
    assert dict(raw_row(SYSTEM, first, 3).cells)["金额"] == "十元"


def test_a_raw_row_is_shown_masked_to_whom_it_is_due_and_by_the_command(client, capsys):
    done = load(REPEATS, "orders", PURCHASES)
    client.force_login(steward("load_data"))
    text = client.get(f"/data/loads/{done.pk}/row/?row=2").content.decode()
    assert "¥ 10" in text
    assert "13800138000" not in text
    call_command("load", raw=[done.pk, 5])
    assert json.loads(capsys.readouterr().out) == {"手机号": "13900139000", "时间": "2024-05-02", "金额": "20"}
    with pytest.raises(UserError):
        raw_row(SYSTEM, done, 99)


def test_the_page_of_an_event_leads_to_its_row(admin_client):
    done = load(REPEATS, "orders", PURCHASES)
    event = events()[0]
    answer = admin_client.get(f"/data/events/{done.batch_id}/{event['event_id'].hex()}/row/")
    assert answer.url.startswith(f"/data/loads/{done.pk}/row/?row=")
    assert admin_client.get(f"/data/events/{done.batch_id}/zz/row/").status_code == 404
    assert admin_client.get("/data/events/999/00/row/").url == "/data/"
