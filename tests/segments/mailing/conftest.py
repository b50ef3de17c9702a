from datetime import time

import pytest
from django.contrib.auth.models import Permission, User

from cdp.access.models import Department
from cdp.notices.preferences import preference_save
from segments.mailing.models import MailingRun
from segments.mailing.services import Plan, mailing_make, mailing_send
from segments.personas.models import Persona
from tests.notices.conftest import clock, post  # noqa: F401
from tests.segments.settled import members_set, segment_of
from tests.world import HAN_MEIMEI, LI_LEI, LUCY


def colleague(name, *permissions):
    one = User.objects.create_user(name, f"{name}@example.com", is_staff=True, first_name=name.title())
    one.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    reads(one, "en")
    return one


def reads(person, language):
    preference_save(person=person, language=language, wishes={})


@pytest.fixture
def cast(settled):
    """Anna keeps editions; Ben, Cai and Dora read them; Ben and Dora are sales."""
    people = {name: colleague(name) for name in ("ben", "cai", "dora")}
    people["anna"] = colleague("anna", "edit_segments")
    Department.objects.create(slug="sales", name_en="Sales").members.set([people["ben"], people["dora"]])
    return people


@pytest.fixture
def friends(settled):
    segment = segment_of("friends", {LI_LEI, HAN_MEIMEI, LUCY}, name="Friends")
    return Persona.objects.create(slug="friends", segment=segment, name_en="Old friends", name_zh_hans="老友")


@pytest.fixture
def plan():
    def wished(**more):
        wish = {"every": "week", "day": 0, "at": "08:00", "people": ["cai"], "departments": ["sales"]}
        wish |= {"language": "en"} | more
        hour, minute = map(int, wish.pop("at").split(":"))
        return Plan(at=time(hour, minute), **wish)

    return wished


@pytest.fixture
def send(django_capture_on_commit_callbacks):
    """Do it here and now, after the members changed where some are given, with all that a worker is asked to."""

    def sent(mailing, members=None):
        if members is not None:
            members_set(mailing.of.segment, members)
        with django_capture_on_commit_callbacks(execute=True):
            run = mailing_send(mailing=mailing, actor=mailing.owner)
        return MailingRun.objects.get(pk=run.pk)

    return sent


@pytest.fixture
def weekly(cast, friends, plan):
    return mailing_make(of=friends, plan=plan(), actor=cast["anna"])
