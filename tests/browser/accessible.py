"""What axe-core finds in a page that not everybody could use."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / ".sdks" / "node" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}


def obstacles(tab: Page) -> list[str]:
    """Each serious or critical violation with the first places it is at. What is just being asked for is paler than
    what stays, so that is waited for."""
    tab.wait_for_function("() => !document.querySelector('.htmx-request')")
    tab.add_script_tag(path=AXE)
    found = tab.evaluate("axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)")
    return [_told(one) for one in found if one["impact"] in GRAVE]


def _told(violation: dict) -> str:
    places = [" ".join(map(str, node["target"])) for node in violation["nodes"]]
    return f"{violation['id']} ({len(places)}): {violation['help']}: {'; '.join(places[:4])}"
