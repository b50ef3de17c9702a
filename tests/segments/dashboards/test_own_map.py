"""The organisation's own map: what a file must be, who approves it, and what is drawn."""

import io
import json
from math import cos, pi, sin

import numpy as np
import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils.translation import override

from cdp.errors import UserError
from cdp.notices.models import Notice
from segments.dashboards.figures.house import Words
from segments.dashboards.figures.outline import color_of, province_outlines
from segments.dashboards.maps.outlines import area, simplified, thinned
from segments.dashboards.maps.reading import outlines_read
from segments.dashboards.maps.services import map_decide, map_in_use, map_retire, map_upload
from segments.dashboards.models import MapState, OwnMap, Render
from segments.dashboards.services import render_request
from segments.personas.statistics import Base, Distribution, Share
from tests.segments.settled import segment_of
from tests.world import HAN_MEIMEI, LI_LEI, LIN_TAO

SQUARE = [[119.0, 28.0], [121.0, 28.0], [121.0, 30.0], [119.0, 30.0], [119.0, 28.0]]


def feature(name="浙江省", kind="Polygon", coordinates=None, **more):
    shape = {"type": kind, "coordinates": [SQUARE] if coordinates is None else coordinates}
    return {"type": "Feature", "properties": {"name": name, **more}, "geometry": shape}


def file_of(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False).encode()


def test_features_are_matched_by_any_name_of_a_province_and_the_others_are_told():
    island = [[[[110.0, 20.0], [111.0, 20.0], [111.0, 21.0], [110.0, 20.0]]], [SQUARE]]
    found = outlines_read(file_of(feature("浙江"), feature("Hainan", "MultiPolygon", island), feature("某某")))
    assert set(found.rings) == {"浙江省", "海南省", ""}
    assert [len(found.rings[name]) for name in ("浙江省", "海南省", "")] == [1, 2, 1]
    assert sorted(found.rings["浙江省"][0]) == sorted(SQUARE[:-1])
    assert found.unmatched == ["某某"] and "江苏省" in found.missing and len(found.missing) == 32


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "cannot be read as JSON"),
        (b"[" * 100_000, "cannot be read as JSON"),
        (b"[]", "not a FeatureCollection"),
        (b'{"type": "Topology", "features": []}', "not a FeatureCollection"),
        (file_of(), "0 features"),
        (file_of(feature(kind="LineString", coordinates=SQUARE)), "no Polygon and no MultiPolygon"),
        (file_of({"type": "Feature"}), "no Polygon and no MultiPolygon"),
        (file_of(feature(coordinates=[])), "no closed ring"),
        (file_of(feature(kind="MultiPolygon", coordinates=[])), "no closed ring"),
        (file_of(feature(coordinates=[SQUARE[:-1]])), "no closed ring"),
        (file_of(feature(coordinates=[[[1e6, 2e6]] * 5])), "no closed ring"),
        (file_of(feature(coordinates=[[["a", "b"]] * 5])), "no closed ring"),
        (b'{"type":"FeatureCollection","features":[{"geometry":{"type":"Polygon","coordinates":[[[NaN,1],[1,1],[2,2],'
         b"[NaN,1]]]}}]}", "no closed ring"),
        (file_of(feature("Bavaria")), "named like a province"),
        (b" " * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
    ],
)  # fmt: skip
def test_what_is_no_map_of_provinces_is_refused_in_words(content, said):
    with pytest.raises(UserError, match=said):
        outlines_read(content)


def shoelace(points):
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, [*points[1:], points[0]], strict=True))) / 2


def test_outlines_become_few_points_that_enclose_the_same():
    circle = np.array([(100 + 5 * cos(2 * pi * n / 3000), 30 + 5 * sin(2 * pi * n / 3000)) for n in range(3000)])
    few = thinned(circle, 0.02)
    assert len(few) < 100 and {tuple(point) for point in few} <= {tuple(point) for point in circle}
    assert shoelace(few.tolist()) == pytest.approx(25 * pi, rel=0.01)
    assert area(circle) == pytest.approx(shoelace(circle.tolist()))
    tiny = circle / 1e6
    both = simplified({"a": [circle, tiny], "b": [tiny + 1]}, most=40)
    assert sum(len(ring) for rings in both.values() for ring in rings) <= 40
    assert len(both["a"]) == 1 and len(both["b"]) == 1 and len(both["b"][0]) >= 3


def test_a_province_is_coloured_by_its_index_and_of_a_few_it_is_empty():
    rings = outlines_read(file_of(feature("浙江"), feature("上海"), feature("海南"), feature("某"))).rings
    shares = (Share("浙江省", 400, 2000), Share("上海市", 3, 100), Share("海南省", 0, 10))
    words = Words("本群", "全体", "TGI", ("一",) * 7, "zh-hans")
    figure = province_outlines(Distribution(shares, Base(1000, 10_000, 20)), words, rings)
    drawn = {trace.meta: trace for trace in figure.data if trace.fill}
    assert drawn["浙江省"].fillcolor == color_of(200) == "rgb(23,88,143)"
    assert {drawn[name].fillcolor[:5] for name in ("上海市", "海南省")} == {"rgba("}
    assert "TGI" in drawn["浙江省"].text
    assert drawn[""].fill == "none"
    assert {trace.type for trace in figure.data} == {"scatter"} and "http" not in figure.to_json()


@pytest.fixture
def colleagues(django_user_model, db):
    may = Permission.objects.get(codename="set_approvals")
    made = [django_user_model.objects.create_user(name, password="x", is_staff=True) for name in ("ann", "ben")]
    for one in made:
        one.user_permissions.add(may)
    return made


def test_nobody_approves_their_own_and_one_is_in_use(colleagues, django_user_model):
    ann, ben = colleagues
    given = {"name": "own.geojson", "content": file_of(feature()), "source": "GS(2026)0001"}
    first, second = map_upload(**given, actor=ann), map_upload(**given, actor=ann)
    with pytest.raises(UserError, match="Nobody approves"):
        map_decide(of=first, approve=True, actor=ann)
    assert map_in_use() is None
    map_decide(of=first, approve=True, actor=ben)
    assert map_in_use() == first
    map_decide(of=second, approve=True, actor=ben)
    first.refresh_from_db()
    assert map_in_use() == second and first.state == MapState.RETIRED
    with pytest.raises(UserError, match="does not wait"):
        map_decide(of=first, approve=True, actor=ben)
    map_retire(of=second, actor=ann)
    assert map_in_use() is None
    with pytest.raises(UserError, match="Whose map"):
        map_upload(**{**given, "source": " "}, actor=ann)


def test_the_page_takes_a_file_tells_what_is_not_in_it_and_another_approves(client, colleagues):
    ann, ben = colleagues
    page = reverse("maps:own")
    client.force_login(ann)
    bad = client.post(page, {"source": "GS(2026)0001", "file": io.BytesIO(b"{}")})
    assert bad.status_code == 422 and 'value="GS(2026)0001"' in bad.content.decode()
    sent = io.BytesIO(file_of(feature("<b>x</b>"), feature()))
    sent.name = "own.geojson"
    shown = client.post(page, {"source": "GS(2026)0001", "file": sent}, follow=True).content.decode()
    assert "&lt;b&gt;x" in shown and "江苏省" in shown and "<svg" in shown
    assert 'value="approve"' not in shown
    client.force_login(ben)
    assert 'value="approve"' in client.get(page).content.decode()
    waiting = client.get(page).context["maps"][0].map
    client.post(reverse("maps:decide", args=[waiting.pk]), {"do": "approve"})
    assert map_in_use() == waiting


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """Who has not read of what, after something was done."""

    def after(act):
        with django_capture_on_commit_callbacks(execute=True):
            act()
        with override("en"):
            return {(one.person.username, one.said) for one in Notice.objects.filter(read_at=None)}

    return after


def test_whoever_may_approve_it_is_told_that_it_waits_and_the_uploader_what_was_decided(
    colleagues, django_user_model, told
):
    ann, ben = colleagues
    django_user_model.objects.create_user("cat", password="x", is_staff=True)
    given = {"name": "own.geojson", "content": file_of(feature()), "source": "GS(2026)0001"}
    waits = "ann uploaded a map of provinces (GS(2026)0001). It waits for somebody else to approve it."
    assert told(lambda: map_upload(**given, actor=ann)) == {("ben", waits)}
    assert Notice.objects.get().url == reverse("maps:own")
    approved = "ben approved the map of provinces (GS(2026)0001). Personas are drawn in it from now on."
    decide = {"of": OwnMap.objects.get(), "actor": ben}
    # Who was asked need not look any more.
    assert told(lambda: map_decide(**decide, approve=True)) == {("ann", approved)}
    second = map_upload(**given, actor=ann)
    returned = "ben returned the map of provinces (GS(2026)0001)."
    assert ("ann", returned) in told(lambda: map_decide(of=second, approve=False, actor=ben))


def test_a_file_that_is_refused_is_told_to_nobody(colleagues, told):
    def refused():
        with pytest.raises(UserError):
            map_upload(name="x", content=b"{}", source="GS(2026)0001", actor=colleagues[0])

    assert told(refused) == set()


def test_the_api_uploads_tells_approves_and_takes_away(client, colleagues, django_user_model):
    ann, ben = colleagues
    client.force_login(ann)
    sent = io.BytesIO(file_of(feature(), feature("某某")))
    sent.name = "own.geojson"
    made = client.post("/api/maps/", {"source": "GS(2026)0001", "file": sent})
    row = made.json()
    assert made.status_code == 201 and (row["state"], row["uploaded_by"]) == ("waiting", "ann")
    assert (row["provinces"], row["unmatched"], len(row["missing"])) == (["浙江省"], ["某某"], 33)
    at = f"/api/maps/{row['id']}/"
    own = client.post(f"{at}approve/")
    assert own.status_code == 422 and map_in_use() is None
    bad = client.post("/api/maps/", {"source": "GS(2026)0001", "file": io.BytesIO(b"{}")})
    assert bad.status_code == 422 and OwnMap.objects.count() == 1
    assert client.post("/api/maps/", {"source": "GS(2026)0001"}).json()["problems"][0]["path"] == ["file"]
    client.force_login(ben)
    assert client.post(f"{at}approve/").json()["state"] == "in_use" and map_in_use().pk == row["id"]
    assert client.get(at).json()["decided_by"] == "ben"
    assert client.post(f"{at}return/").status_code == 422
    assert client.post(f"{at}retire/").json()["state"] == "retired" and map_in_use() is None
    assert [one["id"] for one in client.get("/api/maps/").json()] == [row["id"]]
    client.force_login(django_user_model.objects.create_user("cat", password="x", is_staff=True))
    assert {client.get("/api/maps/").status_code, client.post(f"{at}retire/").status_code} == {403}


def test_a_persona_is_drawn_in_it_once_it_is_approved(settled, colleagues, django_capture_on_commit_callbacks):
    ann, ben = colleagues
    segment = segment_of("friends", {LI_LEI, HAN_MEIMEI, LIN_TAO})

    def province():
        with django_capture_on_commit_callbacks(execute=True):
            asked = render_request(segment=segment, language="zh-hans")
        content = Render.objects.get(pk=asked.pk).content
        return next(c for s in content["sections"] for c in s["charts"] if c["slug"] == "province-province")

    made = map_upload(name="a.json", content=file_of(feature()), source="GS(2026)0001", actor=ann)
    before = province()
    assert before["figure"]["data"][0]["type"] == "heatmap" and "GS(2026)" not in before["note"]
    map_decide(of=made, approve=True, actor=ben)
    after = province()
    assert {trace["type"] for trace in after["figure"]["data"]} == {"scatter"}
    assert after["note"].endswith("GS(2026)0001") and after["data"] == before["data"]
