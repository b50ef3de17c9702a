"""Nothing is ever written to another database, and a password is seen nowhere."""

import logging

import pytest
from django.contrib.auth import get_user_model
from django.core import serializers
from django.test import override_settings

from cdp.errors import UserError
from cdp.sources.models import Feed
from cdp.sources.pulls.questions import question
from cdp.sources.pulls.secrets import decrypted, encrypted
from cdp.sources.pulls.services import feed_pull_now, feed_save, feed_test
from cdp.sources.pulls.sessions import session

from .servers import PASSWORD, READER

pytestmark = pytest.mark.django_db
INSERT = "INSERT INTO orders (id, phone, amount, at) VALUES (%s, %s, %s, %s)"
ORDER = (1, "13800138000", "9.90", "2026-11-01 10:00:00")


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "sqlite"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "DROP TABLE orders",
        "UPDATE orders SET id = 1",
        "SELECT 1; DROP TABLE orders",
        "SELECT 1 FROM orders) q; DROP TABLE orders; --",
        "SELECT * INTO other FROM orders",
        "WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone",
        "SELECT * FROM orders FOR UPDATE",
        "SELECT 1 /*! INTO OUTFILE '/tmp/x' */",
        "PRAGMA journal_mode",
        "COPY orders TO '/tmp/x'",
        "SHOW TABLES",
        "SELECT ? FROM orders",
        "not sql at all",
        "a b",
        "orders;x",
    ],
)
def test_only_one_select_is_taken(dialect, text):
    with pytest.raises(UserError, match="Only the name of a table or one single SELECT"):
        question(text, dialect=dialect, quote='"', hole="?")


@pytest.mark.parametrize(
    "text", ["orders", "shop.orders", "订单", "SELECT * FROM orders;", "WITH a AS (SELECT 1) SELECT * FROM a"]
)
def test_tables_and_selects_are_taken(text):
    assert question(text, dialect="postgres", quote='"', hole="%s").rows


def test_a_session_cannot_write(shop_server, feed_of):
    with session(feed_of(shop_server)) as talk, pytest.raises(talk.database.error):
        cursor = talk.connection.cursor()
        cursor.execute("INSERT INTO orders (id) VALUES (7)")
    with session(feed_of(shop_server)) as talk:
        assert talk.first(5) == []


def test_a_function_that_writes_is_stopped_by_the_server(shop_server, feed_of):
    if shop_server.kind != "postgresql":
        pytest.skip("only there functions are called by a SELECT")
    shop_server.run(
        "CREATE FUNCTION spoil() RETURNS int LANGUAGE sql AS 'INSERT INTO orders (id) VALUES (7) RETURNING id'"
    )
    for trick in (
        "SELECT spoil() AS id",
        "SELECT set_config('transaction_read_only', 'off', false) AS id, spoil() AS x",
    ):
        with pytest.raises(UserError, match="did not understand"):
            feed_test(feed=feed_of(shop_server, query=trick, column=""), by=None)


@pytest.fixture
def reader(shop_server):
    """A user of the server who may read nothing, with a password that is hard to quote."""
    if shop_server.kind == "sqlite":
        pytest.skip("a file knows no users")
    if shop_server.kind == "postgresql":
        shop_server.run(f"CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD.replace(chr(39), chr(39) * 2)}'")
        shop_server.run("CREATE TABLE secrets (id int)")
    else:
        shop_server.run(f"CREATE USER {READER} IDENTIFIED BY '{PASSWORD.replace(chr(39), chr(39) * 2)}'")
        shop_server.run("CREATE TABLE secrets (id int)")
        shop_server.run(f"GRANT SELECT ON orders TO {READER}")
    return shop_server


def test_a_table_somebody_may_not_read_is_told(reader, feed_of):
    feed = feed_of(reader, user=READER, password=PASSWORD, query="secrets")
    with pytest.raises(UserError, match=r"may not read this|does not accept"):
        feed_test(feed=feed, by=None)


def test_a_password_opens_the_server_and_a_wrong_one_is_told_without_it(reader, feed_of):
    if reader.kind == "postgresql":
        pytest.skip("the server here trusts everybody")
    reader.run(INSERT, ORDER)
    feed = feed_of(reader, user=READER, password=PASSWORD)
    assert feed_pull_now(feed=feed).rows == 1
    feed_save(feed=feed, source=feed.source, given={}, password="wr0ng")
    with pytest.raises(UserError, match="does not accept this user and password") as told:
        feed_test(feed=feed, by=None)
    assert "wr0ng" not in str([problem.as_json() for problem in told.value.problems])


def test_a_password_is_nowhere_to_be_read(lite, feed_of, client, caplog):
    caplog.set_level(logging.DEBUG)
    closed = {"kind": "postgresql", "host": "127.0.0.1", "port": 1, "user": "reader"}
    feed = feed_of(lite, **closed, password="hunter2hunter2")
    job = feed_pull_now(feed=feed)
    assert job.state == "failed"
    client.force_login(get_user_model().objects.create_superuser("wang"))
    pages = [f"/data/pulls/{feed.pk}/", f"/data/pulls/{feed.pk}/edit/", "/data/sources/orders/"]
    shown = [client.get(page) for page in pages]
    assert [answer.status_code for answer in shown] == [200, 200, 200]
    texts = [answer.content.decode() for answer in shown]
    texts += [serializers.serialize("json", [*Feed.objects.all(), job]), caplog.text]
    assert not any("hunter2" in text for text in texts)
    assert decrypted(Feed.objects.get().secret) == "hunter2hunter2"


def test_a_password_is_not_sent_to_another_server(lite, feed_of):
    feed = feed_of(lite, kind="mysql", host="db.example.com", user="reader", password="hunter2")
    for elsewhere in ({"host": "evil.example.com"}, {"user": "root"}, {"port": 99}):
        feed.refresh_from_db()
        with pytest.raises(UserError, match="type it again"):
            feed_save(feed=feed, source=feed.source, given=elsewhere, password="")
    feed.refresh_from_db()
    feed_save(feed=feed, source=feed.source, given={"query": "members"}, password="")
    assert decrypted(feed.secret) == "hunter2"


def test_a_password_under_another_key_has_to_be_typed_again():
    secret = encrypted("hunter2")
    with override_settings(SECRET_KEY="another"), pytest.raises(UserError, match="SECRET_KEY"):
        decrypted(secret)


@pytest.mark.parametrize("database", ["../elsewhere.db", "/etc/passwd", "link.db", "nothing.db"])
def test_files_elsewhere_are_not_opened(lite, feed_of, tmp_path, database):
    (tmp_path / "elsewhere.db").write_bytes(lite.path.read_bytes())
    (tmp_path / "inbox" / "link.db").symlink_to(tmp_path / "elsewhere.db")
    with pytest.raises(UserError, match="There is no file"):
        feed_test(feed=feed_of(lite, database=database), by=None)


@pytest.mark.parametrize("host", ["", "/var/run/postgresql", "@socket", "a,b"])
def test_only_a_server_in_the_network_is_a_place(lite, feed_of, host):
    with pytest.raises(UserError, match="one server"):
        feed_of(lite, kind="postgresql", host=host)


def test_our_own_database_is_not_read(lite, feed_of, settings, monkeypatch):
    own = {"ENGINE": "django.db.backends.postgresql", "HOST": "localhost", "PORT": "", "NAME": "quanxi"}
    monkeypatch.setitem(settings.DATABASES, "default", own)
    with pytest.raises(UserError, match="this installation itself"):
        feed_of(lite, kind="postgresql", host="127.0.0.1", database="quanxi")


def test_our_own_file_is_not_read_even_where_its_folder_is_open(lite, feed_of, settings, monkeypatch):
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", str(lite.path))
    with pytest.raises(UserError, match="There is no file"):
        feed_test(feed=feed_of(lite), by=None)


TROUBLES = [
    ({"query": "nowhere"}, "table to read is not in"),
    ({"query": "SELECT absent FROM orders"}, "A column to read is not in"),
    ({"column": "nothing"}, "There is no column nothing"),
    ({"database": "nothing"}, "There is no database|There is no file"),
]


@pytest.mark.parametrize(("given", "told"), TROUBLES)
def test_what_is_not_there_is_told(shop_server, feed_of, given, told):
    with pytest.raises(UserError, match=told):
        feed_test(feed=feed_of(shop_server, **given), by=None)


@pytest.mark.parametrize("kind", ["postgresql", "mysql"])
def test_a_server_that_does_not_answer_is_told(lite, feed_of, kind):
    feed = feed_of(lite, kind=kind, host="127.0.0.1", port=1, user="reader", password="x")
    with pytest.raises(UserError, match="does not answer"):
        feed_test(feed=feed, by=None)


def test_a_file_that_is_no_database_is_told(lite, feed_of):
    lite.path.write_text("no database, but long enough to look at" * 100)
    with pytest.raises(UserError, match="There is no database"):
        feed_test(feed=feed_of(lite), by=None)
