"""The Python SDKs: `client.py NAME HOST KEY` sends one of each kind of message for every line it reads."""

import sys
from importlib import import_module

NAME, HOST, KEY = sys.argv[1:]
MODULES = {
    "segment-analytics-python": "segment.analytics.client",
    "analytics-python": "segment.analytics.client",
    "rudder-sdk-python": "rudderstack.analytics.client",
}


def send(client, line: str) -> None:
    def mark(kind: str) -> str:
        return f"{NAME}-{line}-{kind}"

    client.identify("u-1", {"mark": mark("identify"), "phone": "13800138000"})
    client.track("u-1", "Order Completed", {"mark": mark("track"), "total": 99.5, "name": "龙井茶"})
    client.page("u-1", "Shop", "Tea", {"mark": mark("page")})
    client.screen("u-1", "Shop", "Tea", {"mark": mark("screen")})
    client.group("u-1", "g-1", {"mark": mark("group")})
    client.alias(mark("alias"), "u-1")


def main() -> None:
    # All three stop trying only after minutes, as they are set up by default.
    client = import_module(MODULES[NAME]).Client(KEY, host=HOST, gzip=True)
    for line in sys.stdin:
        send(client, line.strip())
        print("sent", flush=True)  # noqa: T201
    client.shutdown() if hasattr(client, "shutdown") else client.join()


main()
