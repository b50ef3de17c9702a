"""Notes about a persona, the themes they are coded with, and the decisions of meetings."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cdp.store.models import Customer
from segments.personas.models import Persona


class NoteKind(models.TextChoices):
    INTERVIEW = "interview", _("interview")
    MEETING = "meeting", _("meeting")


class Theme(models.Model):
    """What answers are coded with; without a persona it is everyone's."""

    persona = models.ForeignKey(Persona, models.CASCADE, null=True, blank=True, related_name="themes")
    name = models.CharField(_("theme"), max_length=60)

    class Meta:
        ordering = ("name",)
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=("persona", "name"), name="theme_once"),
            models.UniqueConstraint(fields=("name",), condition=Q(persona=None), name="theme_shared_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Note(models.Model):
    """`respondent` is a pseudonym, never a name. `customer` only where who was asked is known to be one. `quotes`:
    a list of texts, as they were said."""

    persona = models.ForeignKey(Persona, models.CASCADE, related_name="notes")
    kind = models.CharField(_("kind"), max_length=10, choices=NoteKind, default=NoteKind.INTERVIEW)
    held_on = models.DateField(_("held on"))
    respondent = models.CharField(_("respondent, by a pseudonym"), max_length=60, blank=True)
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, related_name="+")
    goals = models.TextField(_("goals"), blank=True)
    pains = models.TextField(_("pains"), blank=True)
    motives = models.TextField(_("motives"), blank=True)
    remarks = models.TextField(_("remarks"), blank=True)
    quotes = models.JSONField(_("quotes"), default=list, blank=True)
    themes = models.ManyToManyField(Theme, related_name="notes", blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=150, blank=True)
    written_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-held_on", "-pk")
        default_permissions = ()
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.held_on}"


class Decision(models.Model):
    """Of a meeting: who sees to what until when."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="decisions")
    text = models.CharField(_("decision"), max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("due_on", "pk")
        default_permissions = ()
