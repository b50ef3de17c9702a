"""What people do with tracking plans."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from cdp.errors import N_, user_error
from cdp.store.models import EventType, Property
from cdp.store.services import property_register

from .books import Book
from .models import PlannedEvent, PlannedProperty, SeenProperty
from .reading import PLAIN
from .values import slug_of


@dataclass(frozen=True)
class Wanted:
    slug: str
    is_required: bool = False
    note: str = ""


def event_plan(
    *, event: EventType, description: str, owner: User | None, properties: Sequence[Wanted]
) -> PlannedEvent:
    """Plan an event as said here; what was planned before and is not said again is planned no longer."""
    known = {one.slug: one for one in Property.objects.filter(slug__in=[one.slug for one in properties])}
    with transaction.atomic():
        plan, _made = PlannedEvent.objects.update_or_create(
            event=event, defaults={"description": description[:500], "owner": owner}
        )
        plan.properties.all().delete()
        PlannedProperty.objects.bulk_create(
            PlannedProperty(plan=plan, property=known[one.slug], is_required=one.is_required, note=one.note[:200])
            for one in properties
            if one.slug in known
        )
    return plan


def property_plan(*, name: str, kind: str) -> str:
    """The slug of a property of this name, registered when there is none yet.

    Raises `UserError` for a name without letters, and for one of what is people's own.
    """
    slug = slug_of(name)
    if not slug:
        raise user_error(N_("The name has no letter in it"), N_("Give it a name with letters"), ("new_name",))
    if not Property.objects.filter(slug=slug).exists():
        if Book({}, reserved=(), keeps_personal=False, plain=PLAIN).is_personal(slug):
            raise user_error(
                N_("This is a person's own and is not kept with events"),
                N_("Send it as a trait of identify: there it is kept apart, and shown only to who may see it"),
                ("new_name",),
            )
        property_register(slug=slug, kind=kind)
    return slug


def plan_adopt(*, event: EventType) -> PlannedEvent:
    """Plan what was seen beside what is planned; what came with every event is always there."""
    plan, _made = PlannedEvent.objects.get_or_create(event=event)
    planned = {one.property.slug: one for one in plan.properties.select_related("property")}
    seen = {one.property: one.times for one in SeenProperty.objects.filter(event_type=event.slug)}
    total = seen.pop("", 0)
    wanted = [Wanted(slug, one.is_required, one.note) for slug, one in planned.items()]
    wanted += [Wanted(slug, times >= total) for slug, times in seen.items() if slug not in planned]
    return event_plan(event=event, description=plan.description, owner=plan.owner, properties=wanted)


def plan_drop(*, event: EventType) -> None:
    PlannedEvent.objects.filter(event=event).delete()
