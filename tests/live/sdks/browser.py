"""@segment/analytics-next in Chromium, on a page of another site: `browser.py FOLDER HOST KEY`."""

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import sync_playwright

FOLDER, HOST, KEY = sys.argv[1:]
NAME = "@segment/analytics-next"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
CHROMIUM = Path("/usr/bin/chromium")
LOAD = """([key, host]) => {
    window.analytics ??= AnalyticsNext.AnalyticsBrowser.load({ writeKey: key, cdnURL: host })
    return window.analytics.ready()
}"""
SEND = """([name, line]) => {
    const mark = (kind) => `${name}-${line}-${kind}`
    analytics.track("Order Completed", { mark: mark("track"), total: 99.5, name: "龙井茶" })
    analytics.page("Shop", "Tea", { mark: mark("page") })
    analytics.screen("Shop", "Tea", { mark: mark("screen") })
    analytics.group("g-1", { mark: mark("group") })
    analytics.alias("u-1", mark("alias"))
    analytics.identify("u-1", { mark: mark("identify"), phone: "13800138000" })
}"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *told: object) -> None:
        pass

    def do_GET(self) -> None:
        if self.path != "/":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b'<!doctype html><title>Tea</title><script src="/index.js"></script>')
        return None


def main() -> None:
    site = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=FOLDER))
    Thread(target=site.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        own = str(CHROMIUM) if CHROMIUM.exists() else None
        browser = playwright.chromium.launch(executable_path=own, args=FLAGS)
        tab = browser.new_page()
        strangers = []
        tab.on("request", lambda asked: strangers.append(asked.url) if "//127.0.0.1:" not in asked.url else None)
        tab.on("console", lambda told: print(told.text, file=sys.stderr))  # noqa: T201
        tab.goto(f"http://127.0.0.1:{site.server_port}/")
        for line in sys.stdin:
            tab.evaluate(LOAD, [KEY, HOST])
            tab.evaluate(SEND, [NAME, line.strip()])
            # The loop stays here until the next line: the browser goes on by itself.
            print("sent", flush=True)  # noqa: T201
        assert not strangers, strangers
        browser.close()


main()
