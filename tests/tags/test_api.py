"""The read-only API shows what its caller may see."""

import pytest

from segments.services import segment_refresh_request, segment_save
from tests.shop import AS_OF, SPENT, labels, lives_in, tag_make

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(shop, analyst, compute, django_capture_on_commit_callbacks):
    ids = shop.people(3, "浙江省")
    region = tag_make("region", labels(("east", lives_in("浙江省"))), analyst, names={"zh-hans": "地区"})
    compute(region, tag_make("spent", {"v": 1, "measure": SPENT}, analyst))
    segment = segment_save(slug="east", rule=lives_in("浙江省"), actor=analyst)
    with django_capture_on_commit_callbacks(execute=True):
        segment_refresh_request(segments=[segment], as_of=AS_OF)
    return ids


def test_tags_and_their_values(people, client, analyst):
    client.force_login(analyst)
    rows = {row["slug"]: row for row in client.get("/api/tags/").json()}
    assert (rows["region"]["name"], rows["region"]["count"]) == ("地区", 3)
    tag = client.get("/api/tags/region/").json()
    assert tag["values"] == [{"value": "east", "label": "east", "count": 3}]
    assert tag["definition"]["layers"][0]["when"] == lives_in("浙江省")
    (run,) = client.get("/api/tags/region/runs/").json()
    assert (run["state"], run["matched"], run["universe"]) == ("done", 3, 3)
    assert client.get("/api/tags/none/").status_code == 404


def test_a_customers_tags(people, client, analyst):
    client.force_login(analyst)
    found = client.get(f"/api/customers/{people[0]}/tags/").json()
    assert {(row["tag"], tuple(row["values"]), row["number"]) for row in found} == {
        ("region", ("east",), None),
        ("spent", ("",), 0.0),
    }


def test_segments_and_their_members_in_pages(people, client, analyst):
    client.force_login(analyst)
    (row,) = client.get("/api/segments/").json()
    assert (row["slug"], row["count"]) == ("east", 3)
    page = client.get("/api/segments/east/members/", {"limit": 2}).json()
    assert (page["count"], page["results"]) == (3, people[:2])
    assert client.get(page["next"]).json()["results"] == people[2:]
    assert client.get("/api/segments/east/").json()["definition"] == lives_in("浙江省")
    assert [run["matched"] for run in client.get("/api/segments/east/runs/").json()] == [3]
    assert client.get("/api/segments/none/members/").status_code == 404


def test_who_may_see_no_customer_is_shown_none(people, client, django_user_model):
    client.force_login(django_user_model.objects.create_user("outsider"))
    assert [row["count"] for row in client.get("/api/tags/").json()] == [0, 0]
    assert client.get("/api/tags/region/").json()["values"][0]["count"] == 0
    assert client.get(f"/api/customers/{people[0]}/tags/").json() == []
    assert client.get("/api/segments/").json()[0]["count"] == 0
    assert client.get("/api/segments/east/members/").json()["results"] == []


@pytest.mark.parametrize(
    "path", ["tags/", "tags/region/", "segments/", "segments/east/members/", "customers/1/tags/"]
)
def test_nobody_reads_it_signed_out(people, client, path):
    assert client.get(f"/api/{path}").status_code == 403


def test_the_schema_names_every_path_and_the_docs_load_nothing_from_outside(client, analyst):
    client.force_login(analyst)
    schema = client.get("/api/schema/", {"format": "json"}).json()
    assert {"/api/tags/", "/api/segments/{slug}/members/", "/api/customers/{customer_id}/tags/"} <= set(
        schema["paths"]
    )
    docs = client.get("/api/docs/")
    assert docs.status_code == 200
    assert b"https://" not in docs.content and b"//cdn" not in docs.content
    client.logout()
    assert client.get("/api/schema/").status_code == 403
    assert client.get("/api/docs/").status_code == 403
