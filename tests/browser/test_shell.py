"""The shell in a browser: logging in, changing the language, a phone."""

import pytest
from playwright.sync_api import expect

from segments.models import Segment

from .conftest import PASSWORD, log_in

PLACES = ["/", "/customers/", "/data/", "/data/upload/", "/data/loads/", "/data/fields/", "/admin/"]


def test_logging_in_leads_to_the_page_that_was_asked_for(visit, picture):
    tab = visit("/data/", signed_in=False)
    expect(tab.get_by_role("heading", name="登录全息")).to_be_visible()
    picture(tab, "login")
    tab.fill("#id_username", "wang")
    tab.fill("#id_password", "not the password")
    tab.click("#login-form button")
    expect(tab.get_by_role("alert")).to_contain_text("密码")
    assert PASSWORD not in tab.content()
    log_in(tab)
    tab.wait_for_url("**/data/")
    expect(tab.get_by_role("heading", name="数据", exact=True)).to_be_visible()


def test_the_language_is_switched_on_the_page_itself(visit):
    tab = visit("/customers/")
    expect(tab.locator("h1")).to_have_text("客户")
    for name, heading in [("English", "Customers"), ("繁體中文", "客戶"), ("简体中文", "客户")]:
        tab.locator(".q-top .q-menu > button").first.click()
        tab.get_by_role("button", name=name).click()
        expect(tab.locator("h1")).to_have_text(heading)
        assert tab.url.endswith("/customers/")


def test_a_phone_shows_every_page_without_scrolling_sideways(visit, picture):
    tab = visit("/", width=390)
    places = tab.locator("#nav-sidebar-apps a").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    for path in dict.fromkeys([*places, *PLACES]):
        tab.goto(path)
        picture(tab, path.strip("/").replace("/", "-") or "home")
        width = tab.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, f"{path} is {width} pixels wide"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_side_bar_names_the_places(visit, theme, picture):
    tab = visit("/", theme=theme)
    names = tab.locator("#nav-sidebar-apps a span:not(.material-symbols-outlined)").all_inner_texts()
    assert [name for name in names if name][:3] == ["首页", "客户", "数据"]
    assert names[-1] == "设置"
    picture(tab, "home")


@pytest.mark.parametrize(
    ("language", "width", "typed"),
    [("zh-hans", 1440, "zckh"), pytest.param("en", 390, "loyal", marks=pytest.mark.deep)],
)
def test_the_palette_opens_anything_by_keyboard(visit, picture, language, width, typed):
    Segment.objects.create(slug="loyal", name_zh_hans="忠诚客户", name_en="Loyal customers")
    Segment.objects.create(slug="loyal_new", name_zh_hans="忠诚客户里的新客", name_en="Loyal and new")
    tab = visit("/data/", language=language, width=width)
    tab.keyboard.press("Control+k")
    asked = tab.get_by_role("combobox", name=["查找页面", "Find a page"][language == "en"])
    expect(asked).to_be_focused()
    expect(tab.get_by_role("option")).to_have_count(7)
    picture(tab, f"{language}-pages")
    tab.keyboard.type(typed)
    expect(tab.get_by_role("option")).to_have_count(2)
    tab.keyboard.press("ArrowDown")
    expect(tab.get_by_role("option", selected=True)).to_contain_text("loyal_new")
    picture(tab, f"{language}-found")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/segments/loyal_new/")
    tab.keyboard.press("Meta+k")
    expect(asked).to_be_focused()
    tab.keyboard.press("Escape")
    expect(asked).to_be_hidden()
    tab.locator(".q-find").click()
    expect(asked).to_be_focused()
