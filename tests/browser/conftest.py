"""A real Chromium on the real pages. Set CDP_SCREENSHOTS to a folder to keep a picture of each step."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client
from playwright.sync_api import sync_playwright

from tests.browser.hands import COUNT_REBUILDS

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SYSTEM_CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "a long password"


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium(django_db_setup):
    # The driver runs an event loop in this thread. Django would refuse its database there, and open
    # another connection, one that does not know what was in the database when the tests began.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    known = {alias: connections[alias] for alias in connections}
    with sync_playwright() as playwright:
        for alias, connection in known.items():
            connections[alias] = connection
        own = str(SYSTEM_CHROMIUM) if SYSTEM_CHROMIUM.exists() else None
        browser = playwright.chromium.launch(executable_path=own, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def wang(django_db_serialized_rollback, transactional_db):
    """Wang, who administers the product and sees everything."""
    return get_user_model().objects.create_superuser("wang", "wang@example.com", PASSWORD)


@pytest.fixture
def visit(chromium, live_server, wang):
    """Opens a tab: `visit("/data/", language="en", width=390)`, in a browser of its own, where Wang or
    `who` else has logged in. Afterwards nothing may have gone wrong in any tab: no script error, no failed answer,
    no request to anywhere else."""
    contexts, trouble = [], []

    def open_tab(path="/", *, language="zh-hans", width=1440, theme="light", signed_in=True, who="wang"):
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 900}, color_scheme=theme, locale="zh-CN"
        )
        contexts.append(context)
        context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        context.add_init_script(COUNT_REBUILDS)
        tab = context.new_page()
        watch(tab, live_server.url, trouble)
        if signed_in:
            context.add_cookies([{**session_of(who), "url": live_server.url}])
        tab.goto(path)
        return tab

    yield open_tab
    for context in contexts:
        context.close()
    assert trouble == []


def watch(tab, home, trouble):
    host = urlsplit(home).netloc
    tab.on("pageerror", lambda error: trouble.append(f"script: {error}"))
    tab.on("response", lambda answer: answer.status >= 500 and trouble.append(f"{answer.status} {answer.url}"))

    def elsewhere(request):
        parts = urlsplit(request.url)
        if parts.scheme.startswith("http") and parts.netloc != host:
            trouble.append(f"asked {request.url}")

    tab.on("request", elsewhere)


def session_of(name):
    """The cookie that logging in leaves, without its two pages: test_shell.py looks at those."""
    client = Client()
    client.force_login(get_user_model().objects.get(username=name))
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}


def log_in(tab, name="wang"):
    tab.fill("#id_username", name)
    tab.fill("#id_password", PASSWORD)
    tab.click("#login-form button")


@pytest.fixture
def picture(request):
    """`picture(tab, "mapping")` keeps a screenshot when CDP_SCREENSHOTS names a folder."""
    folder = os.environ.get("CDP_SCREENSHOTS")

    def take(tab, name):
        if folder:
            tab.screenshot(path=Path(folder) / f"{request.node.name}-{name}.png", full_page=True)

    return take
