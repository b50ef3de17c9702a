"""Favourites and comments of tags and segments, and how each person likes their list."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


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


class Comment(Concerning):
    """What a colleague wrote about a tag or segment."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("comment"))
    written_at = models.DateTimeField(_("written at"), auto_now_add=True)
    edited_at = models.DateTimeField(_("edited at"), null=True)

    class Meta:
        ordering = ("pk",)
        indexes = [models.Index(fields=("kind", "slug"), name="comment_about")]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
