"""Where data comes from, how its columns are understood, and the history of its loads."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cdp.ledger.models import Job
from cdp.naming import Named
from cdp.store.models import Batch

from .telling import load_tell


class UpdateMode(models.TextChoices):
    """What a new file of a source means for those before it."""

    APPEND = "append", _("adds to what is there")
    REPLACE = "replace", _("replaces all this source said before")


class Source(Named):
    """A file or feed people know by name. `mapping` is the last confirmed one (see mapping.py),
    `quality` what is asked of its loads (see quality.py)."""

    channel = models.CharField(_("channel"), max_length=40, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    mapping = models.JSONField(_("mapping"), default=dict, blank=True)
    update = models.CharField(_("a new file"), max_length=8, choices=UpdateMode, default=UpdateMode.APPEND)
    quality = models.JSONField(_("quality settings"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ("slug",)
        verbose_name = _("source")
        verbose_name_plural = _("sources")


class Upload(models.Model):
    """A file as it came, before anything is decided about it. `file` is relative to the files folder."""

    file = models.FileField(upload_to="uploads/%Y/%m/")
    name = models.CharField(_("file name"), max_length=255)
    sheet = models.CharField(_("sheet"), max_length=120, blank=True)
    digest = models.CharField(max_length=64, db_index=True)
    bytes = models.BigIntegerField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    class Meta:
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")


class LoadStage(models.TextChoices):
    CHECK = "check", _("dry run")
    WRITE = "write", _("load")


class Load(Job):
    """A dry run or a load of one upload into one source, with what it found.

    `rejects` is the workbook of refused rows, in the files folder; its texts are in `language`.
    """

    task_name = "sources.load"

    source = models.ForeignKey(Source, models.PROTECT, related_name="loads", verbose_name=_("source"))
    upload = models.ForeignKey(Upload, models.PROTECT, related_name="loads", verbose_name=_("file"))
    stage = models.CharField(_("stage"), max_length=8, choices=LoadStage)
    mapping = models.JSONField(_("mapping"))
    update = models.CharField(_("a new file"), max_length=8, choices=UpdateMode, default=UpdateMode.APPEND)
    batch = models.OneToOneField(Batch, models.PROTECT, null=True, blank=True)
    summary = models.JSONField(default=dict, blank=True)
    rejects = models.CharField(max_length=255, blank=True)
    language = models.CharField(max_length=10, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    retry_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="retries", verbose_name=_("retry of")
    )

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("load")
        verbose_name_plural = _("loads")

    def __str__(self) -> str:
        return f"{self.upload.name} → {self.source}"

    def ended(self) -> None:
        load_tell(self, writes=self.stage == LoadStage.WRITE)

    @property
    def refused_share(self) -> str:
        """Of all rows, as people read it: 3.2%; "" without any."""
        rows, rejected = self.count("rows"), self.count("rejected")
        return f"{100 * rejected / rows:.1f}%" if rows and rejected else ""

    def count(self, name: str) -> Any:
        return self.summary.get(name, 0)


class RefusedKind(models.Model):
    """One thing that is wrong with rows of a load. `place` is that of its column in the file; null for the row."""

    load = models.ForeignKey(Load, models.CASCADE, related_name="refused_kinds")
    column = models.CharField(max_length=255, blank=True)
    place = models.SmallIntegerField(null=True)
    problem = models.JSONField()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("reason for refusing")
        verbose_name_plural = _("reasons for refusing")


class RefusedRow(models.Model):
    """A row in quarantine: its cells as they stood in the file, and what was mended (place → text).

    `kinds` are the ids of everything wrong with it as it is now, `kind` the first of them and `value` what stands
    in its cell; nothing is wrong any more when `kind` is null. `retry` is the load that took it, or tried to.
    """

    load = models.ForeignKey(Load, models.CASCADE, related_name="refused_rows")
    row = models.PositiveIntegerField()
    cells = models.JSONField()
    fixes = models.JSONField(default=dict, blank=True)
    kind = models.ForeignKey(RefusedKind, models.SET_NULL, null=True, blank=True, related_name="rows")
    kinds = models.JSONField(default=list, blank=True)
    value = models.CharField(max_length=200, blank=True)
    dismissed = models.CharField(_("why it is left out"), max_length=200, blank=True)
    retry = models.ForeignKey(Load, models.SET_NULL, null=True, blank=True, related_name="retried_rows")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("load", "row")
        constraints = [models.UniqueConstraint(fields=["load", "row"], name="refused_row_once")]
        indexes = [models.Index(fields=["load", "kind", "value"], name="refused_by_kind")]
        verbose_name = _("row in quarantine")
        verbose_name_plural = _("rows in quarantine")

    def text(self) -> list[str]:
        """The cells as they are now."""
        return [self.fixes.get(str(place), cell) for place, cell in enumerate(self.cells)]


class Watch(models.Model):
    """Whether files put into the source's folder are loaded by themselves, and which; see watching.py."""

    source = models.OneToOneField(Source, models.CASCADE, related_name="watch")
    pattern = models.CharField(_("file names"), max_length=120, default="*")
    active = models.BooleanField(_("active"), default=True)


class FeedKind(models.TextChoices):
    POSTGRESQL = "postgresql", "PostgreSQL"
    MYSQL = "mysql", "MySQL / MariaDB"
    SQLITE = "sqlite", "SQLite"


class Feed(models.Model):
    """A table or SELECT of another database, read on a schedule; see pulls/.

    `secret` is the password, encrypted. Rows are new by `column`, which only grows; without one all are read every
    time. `again` is how far before the last value rows are read once more: minutes of a time, units of a number.
    `every` are minutes; else it is read `daily` at a time of the business's clock. `columns` are those it had when
    it was tried last, `sample` its first rows of then. Pulls up to number `since` do not say where to go on.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="feeds", verbose_name=_("source"))
    kind = models.CharField(_("kind of database"), max_length=12, choices=FeedKind)
    host = models.CharField(_("server"), max_length=255, blank=True)
    port = models.PositiveIntegerField(_("port"), null=True, blank=True)
    database = models.CharField(_("database"), max_length=255)
    user = models.CharField(_("user"), max_length=120, blank=True)
    secret = models.TextField(blank=True, editable=False)
    query = models.TextField(_("table or SELECT"))
    column = models.CharField(_("column that grows"), max_length=255, blank=True)
    again = models.PositiveIntegerField(default=10)
    every = models.PositiveIntegerField(null=True, blank=True)
    daily = models.TimeField(null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)
    next_at = models.DateTimeField(_("next pull"), null=True, blank=True)
    columns = models.JSONField(default=list, blank=True)
    sample = models.ForeignKey(Upload, models.SET_NULL, null=True, blank=True, related_name="sampled")
    since = models.BigIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("pull from a database")
        verbose_name_plural = _("pulls from databases")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What is read: a table's name, or the beginning of the SELECT."""
        words = " ".join(self.query.split())
        return words if len(words) <= 60 else f"{words[:59]}…"

    @property
    def place(self) -> str:
        """Where it is, as people write it: shop @ db.example.com:5432."""
        port = f":{self.port}" if self.port else ""
        return f"{self.database} @ {self.host}{port}" if self.host else self.database


class Pull(Job):
    """One look through a source's folder, or one reading of a database.

    Of a folder, `taken` files were new, and their loads were asked for. Of a `feed`, `rows` were new and are
    brought in by `load`. It went on from where `previous` ended, or began at the beginning; `mark` is the greatest
    value it met. `window` (columns, rows: hash → number) are the rows the next one reads again, `digest` stands for
    all it read, and `notes` are problems that did not stop it.
    """

    task_name = "sources.pull"
    permission = "access.load_data"

    source = models.ForeignKey(Source, models.CASCADE, related_name="pulls", verbose_name=_("source"))
    taken = models.PositiveIntegerField(_("files taken"), default=0)
    feed = models.ForeignKey(Feed, models.CASCADE, null=True, blank=True, related_name="pulls")
    load = models.ForeignKey(Load, models.SET_NULL, null=True, blank=True, related_name="pulls")
    previous = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    rows = models.BigIntegerField(default=0)
    mark = models.JSONField(null=True, blank=True)
    window = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    notes = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("pull")
        verbose_name_plural = _("pulls")
