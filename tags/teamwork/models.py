"""Favourites of tags and segments, and how each person likes their list."""

from django.conf import settings
from django.db import models


class Concerning(models.Model):
    """Of a tag or segment: `kind` and `slug` as in a `Ref`. Short names never change."""

    kind = models.CharField(max_length=8)
    slug = models.CharField(max_length=64)

    class Meta:
        abstract = True


class Favourite(Concerning):
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("person", "kind", "slug"), name="favourite_once")]


class ListLook(models.Model):
    """How one person sees the list of tags, or of segments: as cards or as a table with these columns."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8)
    as_cards = models.BooleanField(default=False)
    columns = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("person", "kind"), name="list_look_once")]
