"""A key for another system: made, copied once, and seen in the list."""

from playwright.sync_api import expect

from cdp.access.keys import key_found
from tags.models import Tag


def test_a_key_is_made_and_copied_and_its_secret_is_gone_afterwards(visit, picture):
    for number in range(20):
        Tag.objects.create(slug=f"tag{number}", name_zh_hans=f"标签{number}")
    tab = visit("/settings/keys/", width=390)
    tab.click("text=新建密钥")
    tab.fill("#id_name", "呼叫中心")
    tab.check("[name=lookups][value=phone]")
    tab.check("[name=which_tags][value=some]")
    tab.fill("input[type=search].is-small:visible", "标签19")
    expect(tab.locator("[name=some_tags]:visible")).to_have_count(1)
    tab.check("[name=some_tags][value=tag19]")
    tab.click("form button.is-main")
    tab.wait_for_selector("form .q-problem")
    assert tab.is_checked("[name=some_tags][value=tag19]")
    tab.check("[name=which_attributes][value=all]")
    tab.check("[name=which_segments][value=none]")
    picture(tab, "form")
    tab.click("form button.is-main")
    secret = tab.inner_text("#secret")
    assert key_found(secret).tags == ["tag19"]
    tab.click("[data-copy=secret]")
    tab.wait_for_selector("text=已复制")
    picture(tab, "made")
    tab.reload()
    assert "呼叫中心" in tab.inner_text(".q-key") and secret not in tab.content()
    assert tab.locator(".q-key").count() == 1
    tab.click("text=删除…")
    picture(tab, "list")
