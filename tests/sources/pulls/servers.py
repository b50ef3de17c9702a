"""Databases of a shop's own: a SQLite file always, PostgreSQL and MariaDB where one answers on this machine."""

import os
import sqlite3
from contextlib import suppress
from functools import cache

import psycopg
import pymysql

NAME = f"quanxi_shop_{os.getpid()}"
READER, PASSWORD = f"reader_{os.getpid()}", "pa'ss %s wörd"
TIME = {"sqlite": "TEXT", "postgresql": "timestamp", "mysql": "datetime"}


class Lite:
    kind = "sqlite"

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "shop.db"

    def run(self, sql, *rows):
        with sqlite3.connect(self.path) as connection:
            connection.executemany(sql.replace("%s", "?"), rows) if rows else connection.execute(sql)
        connection.close()

    def where(self):
        return {"kind": "sqlite", "database": self.path.name}

    def drop(self):
        pass


class Postgres:
    kind = "postgresql"

    def __init__(self):
        self._admin(f"DROP DATABASE IF EXISTS {NAME}", f"CREATE DATABASE {NAME}")

    def _admin(self, *statements):
        with psycopg.connect(host="127.0.0.1", user="postgres", dbname="postgres", autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def run(self, sql, *rows):
        with psycopg.connect(host="127.0.0.1", user="postgres", dbname=NAME, autocommit=True) as connection:
            connection.cursor().executemany(sql, rows) if rows else connection.execute(sql)

    def where(self):
        return {"kind": "postgresql", "host": "127.0.0.1", "database": NAME, "user": "postgres"}

    def drop(self):
        self._admin(f"DROP DATABASE {NAME} WITH (FORCE)", f"DROP ROLE IF EXISTS {READER}")


class Maria:
    kind = "mysql"

    def __init__(self):
        self._run(None, f"DROP DATABASE IF EXISTS {NAME}")
        self._run(None, f"CREATE DATABASE {NAME} CHARACTER SET utf8mb4")

    def _run(self, database, sql, rows=()):
        connection = pymysql.connect(host="127.0.0.1", user="root", database=database, autocommit=True)
        with connection, connection.cursor() as cursor:
            cursor.executemany(sql, rows) if rows else cursor.execute(sql)

    def run(self, sql, *rows):
        self._run(NAME, sql, rows)

    def where(self):
        return {"kind": "mysql", "host": "127.0.0.1", "database": NAME, "user": "root"}

    def drop(self):
        self._run(None, f"DROP DATABASE {NAME}")
        self._run(None, f"DROP USER IF EXISTS {READER}")


@cache
def answers(kind):
    """Whether such a server lets us in here without a password."""
    with suppress(psycopg.Error, pymysql.err.MySQLError, OSError):
        if kind == "postgresql":
            psycopg.connect(host="127.0.0.1", user="postgres", dbname="postgres", connect_timeout=3).close()
        if kind == "mysql":
            pymysql.connect(host="127.0.0.1", user="root", connect_timeout=3).close()
        return True
    return False
