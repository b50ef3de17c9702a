"""A source whose files are wholes: a new one takes the place of those before, and undoing it gives them back."""

import random
from io import BytesIO

import pytest

from cdp.sources import loading
from cdp.sources.models import Load, LoadStage, Source, UpdateMode
from cdp.sources.services import load_now, load_undo, source_save, upload_receive
from cdp.store.lake import snapshot
from cdp.store.models import BatchState, Customer

pytestmark = pytest.mark.django_db
MEMBERS = {"kind": "customers", "identifiers": {"phone": "phone"}, "attributes": {"city": "city", "name": "name"}}
VISITS = {"kind": "events", "name": "visit", "time": "time", "key": "id", "identifiers": {"phone": "phone"}}
LI, HAN, LIN = "13800138001", "13900139002", "13700137003"


@pytest.fixture
def members():
    return source_save(slug="members", mapping=MEMBERS, update=UpdateMode.REPLACE)


def bring(source: Source, rows: list[tuple], header: str = "phone,city,name") -> Load:
    text = "\n".join([header, *(",".join(row) for row in rows)]) + "\n"
    upload = upload_receive(file=BytesIO(text.encode()), name="f.csv", by=None)
    load = load_now(source=source, upload=upload, mapping=source.mapping, stage=LoadStage.WRITE, by=None)
    assert load.state == "done", load.problems
    return load


def known() -> dict[str, dict]:
    """Phone → what is known of its owner."""
    found = {}
    for customer in Customer.objects.filter(merged_into=None):
        for phone in customer.identifiers.filter(type="phone").values_list("value", flat=True):
            found[phone.removeprefix("+86")] = customer.attributes
    return found


def mirrored() -> list[str]:
    """The cities rules see."""
    with snapshot() as lake:
        table = lake.tables.profiles
        cities = lake.frame(table.select("city")).to_pylist() if "city" in table.columns else []
    return sorted(row["city"] for row in cities if row["city"])


def visits() -> list[str]:
    with snapshot() as lake:
        return sorted(str(row["time"]) for row in lake.frame(lake.tables.events.select("time")).to_pylist())


def test_who_is_missing_from_a_new_whole_loses_what_the_source_said(members):
    bring(members, [(LI, "杭州", "李雷"), (HAN, "南京", "韩梅梅")])
    second = bring(members, [(LI, "宁波", "")])
    assert known() == {LI: {"city": "宁波"}, HAN: {}}
    assert mirrored() == ["宁波"]
    load_undo(load=second, by=None)
    assert known() == {LI: {"city": "杭州", "name": "李雷"}, HAN: {"city": "南京", "name": "韩梅梅"}}
    assert mirrored() == ["南京", "杭州"]


def test_the_mode_is_chosen_on_the_page_of_the_source(members, admin_client):
    first = bring(members, [(LI, "杭州", "李雷"), ("1", "南京", "韩梅梅")])
    page = admin_client.get("/data/sources/members/").content.decode()
    assert "50.0%" in page
    bring(members, [(LI, "宁波", "")])
    assert "已被替换" in admin_client.get("/data/sources/members/").content.decode()
    admin_client.post("/data/sources/members/save/", {"update": "append", "channel": "store"})
    members.refresh_from_db()
    assert (members.update, members.channel) == ("append", "store")
    assert admin_client.post("/data/sources/members/save/", {"update": "burn"}).status_code == 404
    assert first.update == "replace"


def test_what_other_sources_said_stays(members):
    bring(source_save(slug="shop", mapping=MEMBERS), [(HAN, "苏州", "")])
    bring(members, [(HAN, "南京", "韩梅梅")])
    bring(members, [(LI, "杭州", "李雷")])
    assert known()[HAN] == {"city": "苏州"}


def test_events_of_the_wholes_before_are_seen_no_more_and_come_back():
    source = source_save(slug="visits", mapping=VISITS, update=UpdateMode.REPLACE)
    header = "id,phone,time"
    bring(source, [("1", LI, "2026-09-01 10:00"), ("2", LI, "2026-09-02 10:00")], header)
    second = bring(source, [("1", LI, "2026-09-01 12:00"), ("3", HAN, "2026-09-03 10:00")], header)
    assert second.count("events") == 2 and second.count("repeated") == 0
    assert visits() == ["2026-09-01 04:00:00", "2026-09-03 02:00:00"]
    load_undo(load=second, by=None)
    assert visits() == ["2026-09-01 02:00:00", "2026-09-02 02:00:00"]


def test_a_dry_run_counts_as_the_load_will():
    source = source_save(slug="visits", mapping=VISITS, update=UpdateMode.REPLACE)
    rows = [("1", LI, "2026-09-01 10:00")]
    load = bring(source, rows, "id,phone,time")
    check = load_now(source=source, upload=load.upload, mapping=VISITS, stage=LoadStage.CHECK, by=None)
    assert (check.count("events"), check.count("repeated")) == (1, 0)


@pytest.mark.parametrize("step", ["batch_replace", "_keep"])
def test_a_whole_whose_worker_dies_half_way_replaces_nothing(members, monkeypatch, step):
    first = bring(members, [(LI, "杭州", "李雷"), (HAN, "南京", "韩梅梅")])

    def die(*args, **kwargs):
        if step == "batch_replace" or args[0].batch_id:
            raise SystemExit

    monkeypatch.setattr(loading, step, die)
    with pytest.raises((SystemExit, AssertionError)):
        bring(members, [(LI, "宁波", "")])
    assert known() == {LI: {"city": "杭州", "name": "李雷"}, HAN: {"city": "南京", "name": "韩梅梅"}}
    assert first.batch.replaced_by is None


@pytest.mark.parametrize("seed", range(3))
def test_any_wholes_and_undos_equal_what_the_last_of_each_source_says(seed):
    """Worked out beside: per person, the latest load in use of each source that is the last of its source."""
    dice = random.Random(seed)
    sources = [source_save(slug=slug, mapping=MEMBERS, update=UpdateMode.REPLACE) for slug in ("a", "b")]
    said: list[tuple[Load, dict]] = []
    for number in range(7):
        standing = [one for one in said if one[0].batch.state == BatchState.DONE]
        if standing and dice.random() < 0.4:
            load_undo(load=dice.choice(standing)[0], by=None)
        else:
            people = {phone: f"城{number}" for phone in (LI, HAN, LIN) if dice.random() < 0.6} or {
                LI: f"城{number}"
            }
            load = bring(dice.choice(sources), [(phone, city, "") for phone, city in people.items()])
            said.append((load, people))
        for load, _people in said:
            load.batch.refresh_from_db()
        last = {load.source_id: people for load, people in said if load.batch.state == BatchState.DONE}
        order = {load.source_id: load.pk for load, people in said if load.batch.state == BatchState.DONE}
        expected: dict[str, str] = {}
        for source in sorted(last, key=lambda pk: order[pk]):
            expected |= last[source]
        assert {phone: found["city"] for phone, found in known().items() if found} == expected
        assert mirrored() == sorted(expected.values())
