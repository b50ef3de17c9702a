"""One customer's places among the members of a group, on spokes from 0 to 100."""

from collections.abc import Sequence
from typing import Any

from .house import EVERYONE, GROUP

HEIGHT = 270
# Seen on white and on dark.
RING = "rgba(128,134,150,0.3)"


def places_radar(names: Sequence[str], places: Sequence[float], hints: Sequence[str]) -> dict[str, Any]:
    """Beside the ring of the group's middle, 50 on each spoke. As JSON: plotly's objects would check each value,
    and this one is made while a page is waited for."""
    around = [*names, names[0]]
    return {
        "data": [
            {
                "type": "scatterpolar",
                "r": [50] * len(around),
                "theta": around,
                "mode": "lines",
                "line": {"color": EVERYONE, "width": 1.5, "dash": "dot"},
                "hoverinfo": "skip",
            },
            {
                "type": "scatterpolar",
                "r": [*places, places[0]],
                "theta": around,
                "mode": "lines+markers",
                "fill": "toself",
                "line": {"color": GROUP, "width": 2},
                "customdata": [*hints, hints[0]],
                "hovertemplate": "<b>%{theta}</b><br>%{customdata}<extra></extra>",
            },
        ],
        "layout": {
            "height": HEIGHT,
            "margin": {"l": 60, "r": 60, "t": 24, "b": 24},
            "polar": {
                "bgcolor": "rgba(0,0,0,0)",
                "radialaxis": {"range": [0, 100], "tickvals": [25, 50, 75], "showline": False, "gridcolor": RING},
                "angularaxis": {"gridcolor": RING, "linecolor": RING, "ticks": ""},
            },
        },
    }
