"""One read-only conversation with another database. Its errors are told in words, without the password."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from cdp.errors import N_, Problem, UserError
from cdp.sources.models import Feed, FeedKind

from .databases import DATABASES, Database
from .questions import Question, question
from .secrets import decrypted

AT_ONCE = 2_000
TEST_SECONDS, PULL_SECONDS = 20, 3_600
_LONGEST = 300
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_KEPT = N_("Nothing was changed here; the next pull tries again. The database says: %(why)s")
_TROUBLES = {
    "silent": N_("The database %(place)s does not answer"),
    "lost": N_("The connection to %(place)s was lost"),
    "password": N_("The database %(place)s does not accept this user and password"),
    "no database": N_("There is no database %(place)s"),
    "no table": N_("The table to read is not in %(place)s; capital and small letters may count"),
    "no column": N_("A column to read is not in %(place)s; capital and small letters may count"),
    "no permission": N_("The user %(user)s may not read this in %(place)s: it needs the right to SELECT"),
    "too slow": N_("The database %(place)s took too long to answer"),
    "": N_("The database %(place)s did not understand what was asked, or could not answer it"),
}


@dataclass
class Session:
    """Of one feed. Every method raises `UserError`."""

    feed: Feed
    database: Database
    connection: Any
    asked: Question

    def columns(self) -> tuple[str, ...]:
        """Of the table or SELECT, in its order."""
        cursor = self._ask(self.connection.cursor(), self.asked.columns())
        names = tuple(column[0] for column in cursor.description)
        cursor.close()
        return names

    def first(self, most: int) -> list[tuple[Any, ...]]:
        return self._all(self.asked.first(most))

    def without(self, column: str) -> int:
        """How many rows have no value in a column."""
        return self._all(self.asked.without(column))[0][0]

    def new(self, columns: tuple[str, ...], column: str, after: Any = None) -> Iterator[list[tuple[Any, ...]]]:
        """Some thousand rows at a time, as they come; the database keeps the rest."""
        sql = self.asked.new(columns, column, after is not None)
        cursor = self._ask(self.database.cursor(self.connection), sql, () if after is None else (after,))
        while True:
            with _told(self.feed, self.database):
                rows = cursor.fetchmany(AT_ONCE)
            if not rows:
                return
            yield rows

    def _all(self, sql: str) -> list[tuple[Any, ...]]:
        cursor = self._ask(self.connection.cursor(), sql)
        with _told(self.feed, self.database):
            rows = list(cursor.fetchall())
            cursor.close()
        return rows

    def _ask(self, cursor: Any, sql: str, given: tuple[Any, ...] = ()) -> Any:
        """Parameters are always given, if none, so that percent signs always mean the same to the driver."""
        with _told(self.feed, self.database):
            cursor.execute(sql, given)
        return cursor


@contextmanager
def session(feed: Feed, seconds: int = PULL_SECONDS) -> Iterator[Session]:
    """Raises `UserError` with what is wrong with the connection or with what is to be read."""
    database = DATABASES[FeedKind(feed.kind)]
    asked = question(feed.query, dialect=database.dialect, quote=database.quote, hole=database.hole)
    place_check(feed)
    connection = _connected(feed, database, seconds)
    try:
        yield Session(feed, database, connection, asked)
    finally:
        with suppress(database.error, OSError):
            connection.close()


@sensitive_variables("password")
def _connected(feed: Feed, database: Database, seconds: int) -> Any:
    password = decrypted(feed.secret)
    try:
        return database.connect(feed, password, seconds)
    except (database.error, OSError) as error:
        raise _trouble(feed, database, error, _why_not_connected(error), password) from None


def _why_not_connected(error: Exception) -> str:
    """Before a connection stands, drivers have no codes but words."""
    words = str(error)
    if "password" in words or "role" in words:
        return "password"
    return "no database" if "does not exist" in words else "silent"


def place_check(feed: Feed) -> None:
    """Raises `UserError` for a place that is not a server in the network, and for our own database: what is in it
    is for those to see who have the rights, not for whoever sets up a pull."""
    if feed.kind == FeedKind.SQLITE:
        return
    if not feed.host or feed.host.startswith(("/", "@")) or "," in feed.host:
        raise UserError(Problem(("host",), N_("Write the name or address of one server"), ""))
    own = settings.DATABASES["default"]
    if feed.kind != FeedKind.POSTGRESQL or "postgresql" not in own["ENGINE"]:
        return
    hosts = {"localhost" if host in _LOOPBACK else host for host in (feed.host, own["HOST"] or "localhost")}
    if len(hosts) == 1 and (feed.port or 5432) == int(own["PORT"] or 5432) and feed.database == own["NAME"]:
        raise UserError(Problem(("database",), N_("This is the database of this installation itself"), ""))


@contextmanager
def _told(feed: Feed, database: Database) -> Iterator[None]:
    """Errors of the driver as problems."""
    try:
        yield
    except (database.error, OSError) as error:
        raise _trouble(feed, database, error) from None


@sensitive_variables("password")
def _trouble(
    feed: Feed, database: Database, error: Exception, otherwise: str = "", password: str = ""
) -> UserError:
    """What happened, by the driver's code or else `otherwise`, in words that do not hold the password."""
    code = database.code(error) if isinstance(error, database.error) else None
    words = " ".join(str(error.args[-1] if error.args else error).split())
    if password:
        words = words.replace(password, "•••")
    params = {"place": feed.place, "user": feed.user, "why": words[:_LONGEST]}
    return UserError(Problem(("connection",), _TROUBLES[database.troubles.get(code, otherwise)], _KEPT, params))
