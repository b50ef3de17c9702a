"""A webhook is made, tried, and its log looks again by itself until the answer is there."""

import pytest
from playwright.sync_api import expect

from segments.activation.webhooks.sending import deliveries_send
from segments.models import Segment
from tags.models import Tag
from tests.segments.activation.receiver import Receiver


@pytest.fixture
def receiver(settings):
    settings.CDP_WEBHOOK_PRIVATE = True
    receiver = Receiver()
    server = receiver.start()
    yield receiver
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.deep)])
def test_a_webhook_is_made_and_tried(visit, picture, receiver, width):
    Segment.objects.create(slug="away", name_zh_hans="30 天没有回来")
    for number in range(14):
        Tag.objects.create(slug=f"tag{number}", name_zh_hans=f"标签{number}")
    tab = visit("/settings/webhooks/", width=width)
    tab.click("text=新建 Webhook >> nth=0")
    tab.fill("#id_name", "邮件系统")
    tab.click("form button.is-main")
    tab.wait_for_selector("form .q-problem")
    tab.fill("#id_url", receiver.url)
    tab.check("[name=some_segments][value=away]")
    tab.check("[name=some_tags][value=tag3]")
    picture(tab, f"form-{width}")
    tab.click("form button.is-main")
    assert tab.inner_text("#secret").startswith("whsec_")
    picture(tab, f"secret-{width}")
    tab.click("text=我已复制")
    tab.click("text=发送测试")
    expect(tab.locator("#log")).to_contain_text("等待")
    deliveries_send()
    expect(tab.locator("#log")).to_contain_text("HTTP 200")
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    picture(tab, f"log-{width}")
    tab.click("#log td a")
    picture(tab, f"delivery-{width}")
    assert '"type": "test"' in tab.inner_text(".q-hook-body")
    tab.goto("/settings/webhooks/")
    picture(tab, f"list-{width}")
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
