"""Favourites, comments and approvals of tags and segments, and how each person likes their list."""

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


class ApprovalRule(models.Model):
    """Whose approval publishing needs: of tags in a category (null: in any) and of a sensitivity ("": of any), or
    of segments by rule. Where several rules apply, each needs one of its approvers."""

    kind = models.CharField(max_length=8)
    category = models.ForeignKey("tags.Category", models.PROTECT, null=True, blank=True, related_name="+")
    sensitivity = models.CharField(max_length=10, blank=True)
    approvers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")

    class Meta:
        ordering = ("pk",)
        verbose_name = _("approval rule")
        verbose_name_plural = _("approval rules")


class RequestState(models.TextChoices):
    WAITING = "waiting", _("waiting for approval")
    PUBLISHED = "published", _("published")
    RETURNED = "returned", _("returned")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ApprovalRequest(Concerning):
    """A draft somebody asks to publish. `seal`: of the definition asked about (`tags.versions.seal_of`)."""

    number = models.PositiveIntegerField(_("version"))
    seal = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("kind", "slug"), condition=models.Q(state="waiting"), name="one_waiting_approval"
            )
        ]
        verbose_name = _("approval request")
        verbose_name_plural = _("approval requests")


class StepKind(models.TextChoices):
    ASKED = "asked", _("asked for approval")
    APPROVED = "approved", _("approved")
    PUBLISHED = "published", _("published")
    RETURNED = "returned", _("returned")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ApprovalStep(models.Model):
    """What happened to a request: the history, of which nothing is changed."""

    request = models.ForeignKey(ApprovalRequest, models.CASCADE, related_name="steps")
    what = models.CharField(max_length=10, choices=StepKind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ("pk",)


class Likeness(Concerning):
    """Two tags or segments that say nearly the same of the same customers, as the last refresh found; kept for
    each of the two. `share`: the customers both mean, of those either means."""

    other_kind = models.CharField(max_length=8)
    other_slug = models.CharField(max_length=64)
    share = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("kind", "slug", "other_kind", "other_slug"), name="likeness_once")
        ]


class SuggestedKind(models.TextChoices):
    RENAME = "rename", _("another name")
    REDEFINE = "redefine", _("another definition")


class SuggestedState(models.TextChoices):
    OPEN = "open", _("waits for somebody to change the tag")
    DONE = "done", _("the tag was changed")
    DROPPED = "dropped", _("dropped")


class Suggested(Concerning):
    """Another name (in `language`) or definition (in words) that was taken up elsewhere, at `url`; `about` is what
    it is known by there. `number` is the version that came of it, if one did."""

    what = models.CharField(max_length=8, choices=SuggestedKind)
    text = models.CharField(max_length=500)
    language = models.CharField(max_length=10)
    about = models.CharField(max_length=60, unique=True)
    url = models.CharField(max_length=400)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=8, choices=SuggestedState, default=SuggestedState.OPEN)
    number = models.PositiveIntegerField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        default_permissions = ()
        indexes = [models.Index(fields=("kind", "slug"), name="suggested_about")]
