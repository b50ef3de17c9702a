"""Pictures of the main pages, of the product as `make up` starts it with the demo world: `make screenshots`.

`python -m tests.screenshots FOLDER [WORD…]` takes each page at a desk, on a phone and in the dark, in three
languages, and the first screen of each for the README; with words only those whose name has one of them. A page
with a script error, wider than the screen, or with what axe-core calls a serious obstacle, is told and makes the
command fail.
"""

import sys
import tempfile
from collections.abc import Callable
from itertools import count, product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.accessible import obstacles
from tests.browser.conftest import FLAGS, SYSTEM_CHROMIUM, watch
from tests.running.system import System

WHO, PASSWORD = "admin", "quanxi-demo"
PAGES = {
    "home": "/",
    "customers": "/customers/",
    "customer": "/customers/1/",
    "customer-looks": "/customers/1/looks/",
    "data": "/data/",
    "upload": "/data/upload/",
    "mapping": "/data/upload/",
    "dry-run": "/data/upload/",
    "loads": "/data/loads/",
    "quality": "/data/quality/",
    "fields": "/data/fields/",
    "live": "/data/live/",
    "tags": "/tags/",
    "tag": "/tags/value_tier/",
    "tag-versions": "/tags/value_tier/versions/",
    "tag-edit": "/tags/value_tier/edit/",
    "tag-new": "/tags/new/",
    "tag-templates": "/tags/templates/",
    "tag-rfm": "/tags/new/?kind=rfm",
    "tag-lifecycle": "/tags/new/?kind=lifecycle",
    "tag-preference": "/tags/new/?kind=preference",
    "tag-measure": "/tags/new/?kind=measure",
    "segments": "/segments/",
    "segment": "/segments/loyal_high_value/",
    "segment-edit": "/segments/loyal_high_value/edit/",
    "segment-combine": "/segments/combine/?s=loyal_high_value&s=young_parents",
    "segment-compare": "/segments/loyal_high_value/compare/?with=young_parents",
    "segment-split": "/segments/loyal_high_value/split/",
    "segment-similar": "/segments/loyal_high_value/similar/",
    "segment-keep": "/segments/loyal_high_value/keep/",
    "segment-download": "/segments/loyal_high_value/download/",
    "packs": "/segments/packs/",
    "definitions": "/definitions/",
    "notifications": "/notifications/",
    "files": "/exports/",
    "approvals": "/approvals/",
    "persona": "/personas/segment/loyal_high_value/",
    "personas": "/personas/",
    "editions": "/personas/editions/careful-parents/",
    "edition": "/personas/editions/careful-parents/1/",
    "review": "/reviews/1/",
    "reviews": "/reviews/",
    "edition-links": "/personas/editions/careful-parents/1/links/",
    "mailings": "/personas/mail/",
    "mailing-new": "/personas/mail/new/?persona=careful-parents",
    "mailing": "/personas/mail/1/",
    "interviews": "/personas/interviews/careful-parents/",
    "interview-new": "/personas/interviews/careful-parents/new/",
    "boards": "/personas/boards/",
    "board-new": "/personas/boards/new/",
    "board": "/personas/boards/每周例会/",
    "persona-compare": "/personas/compare/?s=loyal_high_value&s=young_parents&s=coupon_hunters",
    "webhooks": "/settings/webhooks/",
    "own-map": "/settings/map/",
    "notice-choices": "/notifications/choices/",
    "chats": "/notifications/chats/",
    "chat-new": "/notifications/chats/new/",
    "playbook": "/playbook/",
    "playbook-new": "/playbook/new/?field=channel&value=wechat",
    "keys": "/settings/keys/",
    "help": "/segments/",
}
ORDERS = """\
下单时间,手机号,会员号,商品,品类,实付金额,数量,省份
2026-11-11 00:03:12,+86 199 0101 9636,,空气炸锅,数码电器,359.10,1,四川
2026/11/11 09:15,19901019281,M10019281,氨基酸洁面乳,美妆护肤,"¥1,118.00",2,北京市
2026年11月12日 20:41,199 0101 9175,,纸尿裤大包装,母婴用品,139,1,山东省
2026-11-12 21:10:00,1.9901E+10,M10018507,瑜伽垫,运动户外,99,1,浙江
"""
# A source of its own each time: what a file means is asked once.
NAMES = (f"天猫订单{number or ''}" for number in count())
# Width, theme, and whether the picture goes on below the screen.
LOOKS = {
    "desk": (1280, "light", True),
    "phone": (390, "light", True),
    "dark": (1280, "dark", True),
    "readme": (1360, "light", False),
}
LANGUAGES = ("zh-hans", "zh-hant", "en")


def _file_given(tab: Page) -> None:
    file = {"name": "订单.csv", "mimeType": "text/csv", "buffer": ORDERS.encode("gb18030")}
    tab.set_input_files("#id_file", files=[file])
    tab.select_option("#id_source", "+")
    tab.fill("#id_name", next(NAMES))
    tab.click("button.is-main")
    _settle(tab)


def _file_tried(tab: Page) -> None:
    _file_given(tab)
    tab.click("button.is-main")


# What is done once a page is there, before its picture is taken.
DONE: dict[str, Callable[[Page], None]] = {
    "help": lambda tab: tab.click("#help-button"),
    "mapping": _file_given,
    "dry-run": _file_tried,
}
# What is still being worked out or drawn when a page comes: until then it is no picture of the page.
BUSY = '[hx-trigger="every 1s"], .htmx-request'


class Demo(System):
    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"CDP_DEMO": "1", "DJANGO_SETTINGS_MODULE": "cdp.settings.local"}


def main(folder: Path, words: list[str]) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [
        (f"{page}-{look}-{language}", page, look, language)
        for page, look, language in product(PAGES, LOOKS, LANGUAGES)
        if not words or any(word in f"{page}-{look}-{language}" for word in words)
    ]
    trouble: list[str] = []
    with tempfile.TemporaryDirectory() as data:
        system = Demo(Path(data) / "data")
        system.start()
        try:
            with sync_playwright() as playwright:
                own = str(SYSTEM_CHROMIUM) if SYSTEM_CHROMIUM.exists() else None
                browser = playwright.chromium.launch(executable_path=own, args=FLAGS)
                for look, language in product(LOOKS, LANGUAGES):
                    names = {name: page for name, page, *of in wanted if of == [look, language]}
                    if names:
                        trouble += _taken(browser, system.port, look, language, folder, names)
        finally:
            system.close()
    sys.stdout.write("\n".join([*trouble, f"{len(wanted)} pictures in {folder}", ""]))
    return 1 if trouble else 0


def _taken(browser: Browser, port: int, look: str, language: str, folder: Path, names: dict[str, str]) -> list[str]:
    """Take these pictures; gives what is wrong with the pages."""
    width, theme, is_long = LOOKS[look]
    home = f"http://127.0.0.1:{port}"
    context = browser.new_context(
        base_url=home, viewport={"width": width, "height": 900}, color_scheme=theme, locale="zh-CN"
    )
    context.add_cookies([{"name": "django_language", "value": language, "url": home}])
    tab, trouble = context.new_page(), []
    watch(tab, home, trouble)
    tab.goto("/admin/login/")
    tab.fill("#id_username", WHO)
    tab.fill("#id_password", PASSWORD)
    tab.click("#login-form button")
    tab.wait_for_url("**/")
    for name, page in names.items():
        tab.goto(PAGES[page])
        _settle(tab)
        if page in DONE:
            DONE[page](tab)
            _settle(tab)
        tab.screenshot(path=folder / f"{name}.png", full_page=is_long)
        if tab.evaluate("document.documentElement.scrollWidth > innerWidth"):
            trouble.append(f"{name} is wider than the screen")
        trouble += [f"{name}: {obstacle}" for obstacle in obstacles(tab)]
    context.close()
    return trouble


def _settle(tab: Page) -> None:
    tab.wait_for_load_state("networkidle")
    tab.wait_for_function("busy => !document.querySelector(busy)", arg=BUSY, timeout=60_000)
    tab.wait_for_timeout(400)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "var/screenshots"), sys.argv[2:]))
