"""From a bar to its customers: as many as it says, masked as elsewhere, none where too few would be told."""

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from segments.dashboards.drilling import drilled, lines_of
from segments.dashboards.filters import Filters
from segments.dashboards.models import Render
from segments.dashboards.services import render_request
from tests.segments.settled import segment_of
from tests.world import HAN_MEIMEI, JIM, LI_LEI, LUCY

pytestmark = pytest.mark.usefixtures("settled")
GROUP = {LI_LEI, HAN_MEIMEI, LUCY, JIM}


@pytest.fixture
def draw(django_capture_on_commit_callbacks):
    def drawn(**more):
        segment = segment_of("friends", GROUP, name="Friends")
        with django_capture_on_commit_callbacks(execute=True):
            asked = render_request(segment=segment, language="en", **more)
        return Render.objects.select_related("segment").get(pk=asked.pk)

    return drawn


@pytest.fixture
def anna(client):
    user = User.objects.create_user("anna", password="x", is_staff=True)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def charts(render):
    return [chart for section in render.content["sections"] for chart in section["charts"]]


@pytest.mark.parametrize("filters", [Filters(), Filters(last=30), Filters(channel="app")], ids=lambda one: one.text)
def test_behind_every_bar_are_as_many_members_as_it_says(draw, anna, filters):
    render, asked = draw(filters=filters), 0
    for chart in charts(render):
        for line in lines_of(render, chart) if chart["data"]["rows"] else ():
            if line.rule:
                found = drilled(anna, render, chart, line.place)
                assert found.found == found.counted == len(found.rows), (chart["slug"], line)
                asked += 1
    assert asked > 12


def test_the_numbers_beneath_a_chart_lead_to_customers_and_to_a_segment(draw, anna, client):
    render = draw()
    url = reverse("personas:numbers", args=[render.pk, "attribute-gender"])
    page = client.get(url).content.decode()
    assert "See customers: female" in page and "Make a segment" not in page
    anna.user_permissions.add(Permission.objects.get(codename="edit_segments"))
    assert "Make a segment of female" in client.get(url).content.decode()
    first = re.search(r'href="(/personas/picture/[^"]+)"', page)[1]
    shell = client.get(first).content.decode()
    assert f'hx-get="{first}"' in shell and "among the members of “Friends”" in shell
    rows = client.get(first, headers={"HX-Request": "true"}).content.decode()
    assert "names and phones are masked" in rows
    assert {int(one) for one in re.findall(r"/customers/(\d+)/", rows)} in ({HAN_MEIMEI, LUCY}, {LI_LEI, JIM})
    assert "李雷" not in rows


def test_where_too_few_have_a_value_nobody_is_told(draw, anna, client, settings):
    settings.CDP_MIN_GROUP = 3
    render = draw()
    told = [(chart, line) for chart in charts(render) for line in lines_of(render, chart)]
    hidden = [(chart, line) for chart, line in told if line.members == "<3"]
    assert hidden and not any(line.rule or line.url for _chart, line in hidden)
    chart, line = hidden[0]
    url = reverse("personas:customers", args=[render.pk, chart["slug"], line.place])
    assert client.get(url, headers={"HX-Request": "true"}).status_code == 404


def test_of_a_group_too_small_there_are_no_numbers(draw, anna, client, settings):
    settings.CDP_MIN_GROUP = 5
    render = draw()
    assert client.get(reverse("personas:numbers", args=[render.pk, "attribute-gender"])).status_code == 404


def test_the_page_of_a_group_offers_them_and_a_file_does_not(draw, anna, client):
    render = draw()
    page = client.get(reverse("personas:segment", args=["friends"])).content.decode()
    assert reverse("personas:numbers", args=[render.pk, "attribute-gender"]) in page
    alone = client.get(reverse("personas:file", args=[render.pk, "html"])).content.decode()
    assert "hx-get" not in alone.split("<script")[0]
