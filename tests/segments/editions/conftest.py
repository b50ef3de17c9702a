import pytest
from django.contrib.auth.models import Permission, User

from segments.dashboards.models import Render
from segments.dashboards.services import render_request
from segments.editions.services import edition_make
from segments.personas.models import Persona
from tests.segments.settled import members_set, segment_of
from tests.world import HAN_MEIMEI, LI_LEI, LUCY


@pytest.fixture
def marketer(client):
    user = User.objects.create_user("anna", password="x", is_staff=True, first_name="Anna")
    user.user_permissions.add(Permission.objects.get(codename="edit_segments"))
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


@pytest.fixture
def friends(settled):
    """A persona of Li Lei, Han Meimei and Lucy."""
    segment = segment_of("friends", {LI_LEI, HAN_MEIMEI, LUCY}, name="Friends")
    return Persona.objects.create(slug="friends", segment=segment, name_en="Old friends", description="Known long.")


@pytest.fixture
def draw(django_capture_on_commit_callbacks):
    """The persona's dashboard, drawn here and now, after its members changed if `members` are given."""

    def drawn(persona, members=None, language="en", **more):
        if members is not None:
            members_set(persona.segment, members)
        with django_capture_on_commit_callbacks(execute=True):
            asked = render_request(segment=persona.segment, language=language, **more)
        return Render.objects.get(pk=asked.pk)

    return drawn


@pytest.fixture
def keep(draw, marketer):
    """An edition of what the persona shows, by Anna."""

    def kept(persona, members=None, title="", **more):
        return edition_make(persona=persona, render=draw(persona, members, **more), title=title, actor=marketer)

    return kept
