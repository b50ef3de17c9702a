"""The kinds of databases rows are read from: how each is reached, never to write, and what its errors mean."""

import os
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pymysql
from django.conf import settings
from django.views.decorators.debug import sensitive_variables
from pymysql.cursors import SSCursor

from cdp.errors import N_, user_error
from cdp.sources.models import Feed, FeedKind

CONNECT_SECONDS = 10


@dataclass(frozen=True)
class Database:
    """`connect(feed, password, seconds)` gives a DB-API connection in one transaction that cannot write, whose
    statements end after so many seconds; `cursor(connection)` one that streams. `troubles`: code → its name in
    sessions.py, where codes are what `code(error)` says."""

    dialect: str
    quote: str
    hole: str
    port: int | None
    connect: Callable[[Feed, str, int], Any]
    cursor: Callable[[Any], Any]
    error: type[Exception]
    code: Callable[[Any], Any]
    troubles: dict[Any, str]


@sensitive_variables("password")
def _postgresql(feed: Feed, password: str, seconds: int) -> Any:
    connection = psycopg.connect(
        host=feed.host,
        port=feed.port or 5432,
        dbname=feed.database,
        user=feed.user,
        password=password,
        # What the account our processes run under has at hand is not the steward's to use.
        passfile=os.devnull,
        connect_timeout=CONNECT_SECONDS,
        application_name="quanxi",
    )
    try:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute("SET SESSION default_transaction_read_only = on")
        connection.execute(f"SET LOCAL statement_timeout = {seconds * 1000}")
        connection.execute("SET LOCAL TIME ZONE 'UTC'")
    except BaseException:
        connection.close()
        raise
    return connection


@sensitive_variables("password")
def _mysql(feed: Feed, password: str, seconds: int) -> Any:
    connection = pymysql.connect(
        host=feed.host,
        port=feed.port or 3306,
        user=feed.user,
        password=password.encode(),  # a text would be sent as Latin-1
        database=feed.database,
        charset="utf8mb4",
        connect_timeout=CONNECT_SECONDS,
        read_timeout=seconds,
        write_timeout=seconds,
        cursorclass=SSCursor,
        local_infile=False,
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
            cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
    except BaseException:
        connection.close()
        raise
    return connection


def _sqlite(feed: Feed, password: str, seconds: int) -> Any:
    path = sqlite_path(feed.database)
    connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=CONNECT_SECONDS)
    connection.isolation_level = None
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    until = time.monotonic() + seconds
    connection.set_progress_handler(lambda: int(time.monotonic() > until), 100_000)
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
    except BaseException:
        connection.close()
        raise
    return connection


def sqlite_path(name: str) -> Path:
    """The file, which has to lie in a folder that is open to pulls: our own database is a file too. Raises
    `UserError`."""
    folders = [Path(folder).resolve() for folder in settings.CDP_PULL_FOLDERS]
    own = Path(settings.DATABASES["default"]["NAME"]).resolve()
    for folder in folders:
        path = (folder / name).resolve()
        if path.is_file() and path.is_relative_to(folder) and path != own:
            return path
    raise user_error(
        N_("There is no file %(file)s that may be read"),
        N_("Put it into %(folders)s; an administrator opens other folders by CDP_PULL_FOLDERS"),
        ("database",),
        file=name,
        folders=", ".join(map(str, folders)),
    )


def _sqlite_code(error: Exception) -> str:
    text = str(error)
    known = ("no such table", "no such column", "unable to open", "not a database", "interrupted", "locked")
    return next((words for words in known if words in text), "")


DATABASES = {
    FeedKind.POSTGRESQL: Database(
        "postgres",
        '"',
        "%s",
        5432,
        _postgresql,
        lambda connection: connection.cursor(name="quanxi"),
        psycopg.Error,
        lambda error: error.sqlstate,
        {
            "28P01": "password", "28000": "password", "3D000": "no database", "42P01": "no table",
            "42501": "no permission", "42703": "no column", "57014": "too slow", "3F000": "no table",
        },
    ),
    FeedKind.MYSQL: Database(
        "mysql",
        "`",
        "%s",
        3306,
        _mysql,
        lambda connection: connection.cursor(),
        pymysql.err.MySQLError,
        lambda error: error.args[0] if error.args else None,
        {
            1045: "password", 1698: "password", 1049: "no database", 1044: "no permission", 1142: "no permission",
            1143: "no permission", 1146: "no table", 1054: "no column", 2002: "silent", 2003: "silent",
            2005: "silent", 2006: "lost", 2013: "lost", 3024: "too slow", 1969: "too slow",
        },
    ),
    FeedKind.SQLITE: Database(
        "sqlite",
        '"',
        "?",
        None,
        _sqlite,
        lambda connection: connection.cursor(),
        sqlite3.Error,
        _sqlite_code,
        {
            "no such table": "no table", "no such column": "no column", "unable to open": "silent",
            "not a database": "no database", "interrupted": "too slow", "locked": "silent",
        },
    ),
}  # fmt: skip
