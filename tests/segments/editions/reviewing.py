"""An edition with a few figures one can check by hand, and the colleagues who look at it."""

from datetime import timedelta

from django.contrib.auth.models import Permission, User
from django.utils import timezone

from cdp.access.models import Department
from segments.dashboards.behind import BARS
from segments.editions.canonical import digest_of
from segments.editions.models import Edition
from segments.models import Segment, SegmentKind
from segments.personas.models import Persona
from tests.shop import AS_OF

EAST = ["east", "East", 300, 2000]


def chart(slug, title, *rows):
    data = {"shape": BARS, "base": [1000, 10_000, 20], "rows": list(rows)}
    figure = {"data": [], "layout": {"height": 200}}
    return {"slug": slug, "title": title, "note": "known of 1,000 members", "figure": figure, "data": data}


def number(slug, label, value):
    told = {"slug": slug, "label": label, "text": f"{value:,}", "beside": "", "tgi": "", "exact": ""}
    return told | {"unit": "whole", "value": value, "base": 10_000}


def content(east=300):
    charts = [
        chart("province-province", "Where they live", ["east", "East", east, 2000]),
        chart("tag-tier", "Tier", EAST),
    ]
    return {
        "members": 1000,
        "label": "1,000 members",
        "against": "",
        "numbers": [number("size", "Members", 1000)],
        "over": [],
        "under": [],
        "tree": [],
        "sections": [{"slug": "who", "title": "Who they are", "charts": charts}],
    }


def persona_made(owner, slug="night"):
    segment = Segment.objects.create(slug=slug, kind=SegmentKind.LIST, name_en="Night")
    return Persona.objects.create(slug=slug, segment=segment, name_en="Night owls", owner=owner)


def edition_made(persona, by, number=1, title="Spring", **more):
    head = {"persona": persona.slug, "name": "Night owls", "lead": "", "sentence": "", "segment": "night"}
    head |= {"segment_name": "Night", "owner": "", "members": 1000, "universe": 10_000, "drawn_at": ""}
    made = Edition(
        persona=persona,
        number=number,
        title=title,
        language="en",
        as_of=AS_OF,
        fingerprint=f"{number}",
        head=head,
        content=content(**more),
        made_by=by,
        maker=by.first_name,
        made_at=timezone.now(),
    )
    made.digest = digest_of(made.frozen)
    made.save()
    return made


def departments_made():
    """Marketing has Mei and Bo, sales Yue, finance Heng."""
    people = {
        name: User.objects.create_user(name, password="a long password", is_staff=True, first_name=name.title())
        for name in ("mei", "bo", "yue", "heng")
    }
    people["mei"].user_permissions.add(Permission.objects.get(codename="edit_segments"))
    members = {"marketing": ("mei", "bo"), "sales": ("yue",), "finance": ("heng",)}
    for slug, names in members.items():
        Department.objects.create(slug=slug, name_en=slug.title()).members.set([people[name] for name in names])
    return people


def in_days(days):
    return timezone.localdate() + timedelta(days=days)
