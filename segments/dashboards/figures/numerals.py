"""Numbers as readers of a language expect them: `1,234,567`, `12.3 万`, `41%`."""

_UNITS = {
    "en": ((1e9, "B"), (1e6, "M"), (1e4, "K")),
    "zh-hant": ((1e8, " 億"), (1e4, " 萬")),
    "zh-hans": ((1e8, " 亿"), (1e4, " 万")),
}


def whole(value: float) -> str:
    return f"{value:,.0f}"


def short(value: float, language: str) -> str:
    """Three or four digits and a unit: `8,123`, `12.3 万`, `4.56 亿`; in English `12.3K`, `4.56M`."""
    for size, unit in _UNITS.get(language, _UNITS["zh-hans"]):
        if abs(value) >= size:
            return _three_digits(value / (1e3 if unit == "K" else size)) + unit
    return whole(value) if float(value).is_integer() or abs(value) >= 1000 else decimal(value)


def decimal(value: float) -> str:
    """Three digits: `3.42`, `34.2`, `342`."""
    return _three_digits(value)


def _three_digits(value: float) -> str:
    decimals = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text


def percent(share: float | None) -> str:
    """One decimal below 10 %, none above; tiny ones are not rounded to nothing."""
    if share is None:
        return "–"
    if 0 < share < 0.001:
        return "<0.1%"
    return f"{100 * share:.1f}%" if 0 < share < 0.0995 else f"{100 * share:.0f}%"


def index(value: float | None) -> str:
    return "–" if value is None else whole(value)
