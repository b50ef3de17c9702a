"""People are called what they call themselves."""

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse

from cdp.access.people import person_name


@pytest.mark.parametrize(
    ("first", "last", "shown"), [("小明", "王", "王小明"), ("Lin", "Yue", "Lin Yue"), ("", "", "anna")]
)
def test_people_are_named_as_their_script_has_it(first, last, shown):
    assert person_name(User(username="anna", first_name=first, last_name=last)) == shown


def test_nobody_has_no_name():
    assert person_name(None) == ""
    assert person_name(AnonymousUser()) == ""


def test_pages_call_the_signed_in_person_so(client, django_user_model):
    client.force_login(
        django_user_model.objects.create_user("mei", last_name="韩", first_name="梅梅", is_staff=True)
    )
    page = client.get(reverse("home")).content.decode()
    assert "韩梅梅" in page
    assert "梅梅 韩" not in page
