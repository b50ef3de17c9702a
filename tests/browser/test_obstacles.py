"""Everybody can use the pages: axe-core finds nothing serious. `make screenshots` asks it of all main pages."""

import pytest

from tests.browser.accessible import obstacles

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.mark.parametrize(
    ("theme", "width"), [("dark", 1280), ("light", 390), pytest.param("light", 1280, marks=pytest.mark.deep)]
)
def test_nothing_stands_in_anybodys_way(visit, theme, width):
    tab = visit("/", theme=theme, width=width)
    found = {"/": obstacles(tab)}
    for path in ("/customers/", "/tags/new/", "/segments/", "/data/upload/"):
        tab.goto(path)
        found[path] = obstacles(tab)
    assert not any(found.values()), found
