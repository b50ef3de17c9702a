"""What people see of several groups side by side."""

import io

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from segments.dashboards.models import Render
from segments.personas.models import Persona
from tests.segments.settled import segment_of
from tests.world import HAN_MEIMEI, JIM, LI_LEI, LILY, LIN_TAO, LUCY, PEOPLE

pytestmark = pytest.mark.usefixtures("settled")


@pytest.fixture
def anna(client):
    user = User.objects.create_user("anna", password="x", is_staff=True)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


@pytest.fixture
def groups():
    return [
        segment_of("friends", {LI_LEI, HAN_MEIMEI, LUCY}, name="Friends"),
        segment_of("women", {HAN_MEIMEI, LUCY, LILY}, name="Women"),
        segment_of("men", {LI_LEI, JIM, LIN_TAO}, name="Men"),
    ]


@pytest.fixture
def see(client, anna, django_capture_on_commit_callbacks):
    def shown(*slugs, base="", name="compare"):
        asked = {"s": slugs, **({"base": base} if base else {})}
        with django_capture_on_commit_callbacks(execute=True):
            return client.get(reverse(f"beside:{name}"), asked)

    return shown


def drawn(see, *slugs, **more):
    see(*slugs, **more)
    return see(*slugs, **more).content.decode()


def test_the_first_visit_does_not_wait_and_the_next_one_has_every_group(see, groups):
    first = see("friends", "women", "men").content.decode()
    assert first.count('role="progressbar"') == 3 and "data-chart" not in first
    page = see("friends", "women", "men").content.decode()
    assert "progressbar" not in page
    assert 'data-chart="attribute-gender"' in page
    assert [page.count(f'data-chart="week-week/{place}"') for place in range(4)] == [1, 1, 1, 0]
    assert "Everyone" in page and "Women" in page and "3 / 3 / 3" in page.replace("\n", "")


def test_what_is_drawn_for_one_page_serves_the_other(see, client, groups):
    drawn(see, "friends", "women")
    client.get(reverse("personas:segment", args=["women"]))
    assert Render.objects.count() == 2


def test_the_shares_are_those_of_each_group(see, groups):
    page = drawn(see, "women", "men")
    row = page.split("female</th>")[1].split("</tr>")[0]
    assert [cell.split("<")[0].strip() for cell in row.split("<td>")[1:]] == ["100%", "0%", "60%"]


def test_against_a_chosen_base_its_members_are_the_grey_ones(see, groups):
    page = drawn(see, "women", "men", base="friends")
    row = page.split("female</th>")[1].split("</tr>")[0]
    assert [cell.split("<")[0].strip() for cell in row.split("<td>")[1:]] == ["100%", "0%", "67%"]
    assert "More often than “Friends”" in page or "Friends" in page
    assert Render.objects.filter(base__slug="friends").count() == 2


def test_a_group_too_small_has_its_size_and_nothing_else(see, groups, settings):
    settings.CDP_MIN_GROUP = 3
    segment_of("pair", {LUCY, JIM}, name="A pair")
    page = drawn(see, "pair", "women")
    assert "too few to show more than the size" in page and "data-chart" not in page
    assert see("pair", "women", name="workbook").status_code == 404


def test_two_that_are_nearly_the_same_are_not_subtracted_from_each_other(see, groups, settings):
    settings.CDP_MIN_GROUP = 3
    segment_of("nearly", {HAN_MEIMEI, LUCY, LILY, JIM}, name="Nearly")
    page = drawn(see, "women", "nearly")
    assert "“Women” and “Nearly” are nearly the same" in page and "data-chart" not in page
    assert see("women", "nearly", name="workbook").status_code == 404


def test_groups_are_added_moved_and_left_out_by_links(see, groups):
    page = see("friends", "women").content.decode()
    assert "?s=women&amp;s=friends" in page and 'aria-label="Leave out Women"' in page
    assert '<option value="men">' in page
    assert "Choose at least two groups" in see("friends").content.decode()
    assert "There is no such group: nobody" in see("friends", "women", "nobody").content.decode()


def test_a_persona_is_named_as_one_and_links_lead_here(see, client, groups):
    Persona.objects.create(slug="p", name_en="Best friends", segment=groups[0])
    page = see("friends", "women").content.decode()
    assert "Best friends" in page and reverse("personas:persona", args=["p"]) in page
    assert reverse("beside:compare") in client.get(reverse("personas:list")).content.decode()
    assert (
        f"{reverse('beside:compare')}?s=women"
        in client.get(reverse("personas:segment", args=["women"])).content.decode()
    )


def test_the_workbook_has_the_numbers_of_all_groups(see, groups):
    drawn(see, "women", "men")
    book = load_workbook(io.BytesIO(see("women", "men", name="workbook").content))
    overview = list(book.worksheets[0].iter_rows(values_only=True))
    assert ("Women", 3, 3 / len(PEOPLE)) == next(row[:3] for row in overview if row[0] == "Women")
    gender = next(sheet for sheet in book if sheet.title.lower() == "gender")
    female = next(row for row in gender.iter_rows(values_only=True) if row[0] == "female")
    assert (female[1], female[2], female[3], female[10], female[11]) == (0.6, 3, 1, 0, 0)


def test_as_many_queries_for_its_data_whatever_is_compared(see, client, groups):
    def asked(*slugs):
        drawn(see, *slugs)
        with CaptureQueriesContext(connection) as found:
            see(*slugs)
        return len(found)

    two, three = asked("friends", "women"), asked("friends", "women", "men")
    assert three - two <= 3


def test_signed_out_people_see_nothing(client, groups):
    assert client.get(reverse("beside:compare"), {"s": ["friends", "women"]}).status_code == 302
    assert not Render.objects.exists()
