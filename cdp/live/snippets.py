"""What to paste where, so that events come in: one row a way of sending. tests/live tries what can be tried."""

from dataclasses import dataclass

from cdp.errors import N_


@dataclass(frozen=True)
class Snippet:
    """`title` and `hint` (or "") are message ids; `code` has HOST and KEY where this installation's stand."""

    slug: str
    title: str
    hint: str
    code: str


SNIPPETS = (
    Snippet(
        "curl",
        N_("HTTP, from anywhere"),
        N_("One JSON object a request. A customer is known by userId, by anonymousId, or both."),
        """curl HOST/v1/track -u KEY: -H 'Content-Type: application/json' -d '{
  "userId": "member-1001",
  "event": "purchase",
  "properties": {"amount": 99.5, "category": "tea"},
  "timestamp": "2026-11-01T10:00:00+08:00",
  "messageId": "order-20261101-0001"
}'""",
    ),
    Snippet(
        "batch",
        N_("A server of your own, many at a time"),
        N_("Up to 2,500 messages and 500 KB a request. What is sent again with the same messageId counts once."),
        """curl HOST/v1/batch -u KEY: -H 'Content-Type: application/json' -d '{
  "batch": [
    {"type": "identify", "userId": "member-1001", "traits": {"phone": "13800138000"}, "messageId": "m-1"},
    {"type": "track", "userId": "member-1001", "event": "purchase", "messageId": "m-2"}
  ]
}'""",
    ),
    Snippet(
        "browser",
        N_("Web pages"),
        N_("It asks this server where to send, and sends here only."),
        """// npm install @segment/analytics-next
import { AnalyticsBrowser } from '@segment/analytics-next'

const analytics = AnalyticsBrowser.load({ writeKey: 'KEY', cdnURL: 'HOST' })
analytics.page()
analytics.identify('member-1001', { phone: '13800138000' })
analytics.track('purchase', { amount: 99.5 })""",
    ),
    Snippet(
        "miniprogram",
        N_("WeChat mini-program"),
        N_("Add this server to the mini-program's list of request domains first; WeChat asks for HTTPS."),
        """function newId() {
  return `${Date.now()}-${Math.random().toString(36).slice(2)}`
}

// The same visitor before and after they log in.
function visitor() {
  let id = wx.getStorageSync('quanxi_visitor')
  if (!id) wx.setStorageSync('quanxi_visitor', (id = newId()))
  return id
}

// Sent again for some minutes where the network or the server is away; the same messageId counts once.
function send(kind, message, tries = 0) {
  const own = { anonymousId: visitor(), timestamp: new Date().toISOString(), messageId: newId() }
  const whole = { userId: getApp().globalData.memberId, ...own, ...message }
  const later = () => tries < 7 && setTimeout(() => send(kind, whole, tries + 1), 1000 * 2 ** tries)
  wx.request({
    url: `HOST/v1/${kind}`,
    method: 'POST',
    data: { ...whole, writeKey: 'KEY', sentAt: new Date().toISOString() },
    success: ({ statusCode }) => statusCode >= 500 && later(),
    fail: later
  })
}

send('track', { event: 'purchase', properties: { amount: 99.5 } })
// Once they have logged in:
send('identify', { userId: 'member-1001', traits: { phone: '13800138000' } })""",
    ),
    Snippet(
        "python",
        "Python",
        "",
        """# pip install segment-analytics-python
from segment.analytics.client import Client

analytics = Client("KEY", host="HOST", gzip=True)
analytics.identify("member-1001", {"phone": "13800138000"})
analytics.track("member-1001", "purchase", {"amount": 99.5})
analytics.shutdown()  # once, at the end of the program: sends what still waits""",
    ),
    Snippet(
        "node",
        "Node.js",
        "",
        """// npm install @segment/analytics-node
import { Analytics } from '@segment/analytics-node'

const analytics = new Analytics({ writeKey: 'KEY', host: 'HOST' })
analytics.identify({ userId: 'member-1001', traits: { phone: '13800138000' } })
analytics.track({ userId: 'member-1001', event: 'purchase', properties: { amount: 99.5 } })
await analytics.closeAndFlush()  // once, at the end of the program""",
    ),
    Snippet(
        "rudder-python",
        "RudderStack, Python",
        "",
        """# pip install rudder-sdk-python
from rudderstack.analytics.client import Client

analytics = Client("KEY", host="HOST")
analytics.track("member-1001", "purchase", {"amount": 99.5})
analytics.join()  # once, at the end of the program: sends what still waits""",
    ),
    Snippet(
        "rudder-node",
        "RudderStack, Node.js",
        N_("With retryCount it also waits while this server is restarted."),
        """// npm install @rudderstack/rudder-sdk-node
import RudderAnalytics from '@rudderstack/rudder-sdk-node'

const analytics = new RudderAnalytics('KEY', { dataPlaneUrl: 'HOST', retryCount: 12 })
analytics.track({ userId: 'member-1001', event: 'purchase', properties: { amount: 99.5 } })
await analytics.flush()  // once, at the end of the program""",
    ),
)


def snippets(*, host: str, key: str) -> list[Snippet]:
    """All of them for this installation: `host` without a slash at its end."""
    return [
        Snippet(each.slug, each.title, each.hint, each.code.replace("HOST", host).replace("KEY", key))
        for each in SNIPPETS
    ]
