import base64

import pytest

from cdp.live.known_keys import keys_forget
from cdp.live.room import ROOM
from cdp.live.services import key_create
from cdp.sources.services import source_save


@pytest.fixture(autouse=True)
def nothing_known():
    """Another test's keys and room are not this one's."""
    keys_forget()
    ROOM.why, ROOM.due = "", 0.0


@pytest.fixture
def web_shop(db):
    """The write key of the shop's site."""
    source = source_save(slug="web-shop", names={"zh_hans": "网上商城", "en": "Web shop"}, channel="web")
    return key_create(source=source, name="site")


@pytest.fixture
def basic(web_shop):
    return {"Authorization": "Basic " + base64.b64encode(f"{web_shop.key}:".encode()).decode()}
