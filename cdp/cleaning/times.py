"""Dates and times in the usual Chinese, ISO and spreadsheet forms → wall time in a zone."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cdp.errors import N_, Problem

FIRST_YEAR, LAST_YEAR = 1900, 2100
_FORMS = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")
_LOOSE = "(19|20)[0-9]{2}[/-][0-9]{1,2}[/-][0-9]{1,2}( [0-9]{1,2}:[0-9]{2}(:[0-9]{2})?)?"
_BETWEEN = f"{{c}} BETWEEN '{FIRST_YEAR}' AND '{LAST_YEAR}-12-31 23:59:59'"
FAST = (
    f"CASE WHEN {_BETWEEN} AND {{c}} LIKE '____-__-__ __:__:__' THEN TRY_CAST({{c}} AS TIMESTAMP)"
    f" WHEN {_BETWEEN} AND {{c}} LIKE '____-__-__' THEN TRY_CAST({{c}} AS TIMESTAMP)"
    f" WHEN regexp_full_match({{c}}, '{_LOOSE}') THEN try_strptime({{c}}, {list(_FORMS)}) END"
)

_DATE = r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?"
_CLOCK = (
    r"(?P<half>上午|下午|中午|凌晨|早上|晚上|am|pm)?\s*"
    r"(?P<h>\d{1,2})\s*[:时時点]\s*(?:(?P<i>\d{1,2})\s*分?)?(?:\s*:?\s*(?P<s>\d{1,2})(?:[.,](?P<f>\d{1,9}))?\s*秒?)?"
    r"\s*(?P<after>am|pm)?"
)
_WRITTEN = re.compile(
    rf"{_DATE}(?:[\sT,]*(?:星期.|周.)?\s*{_CLOCK})?\s*(?P<z>Z|[+-]\d{{2}}:?\d{{2}}|[+-]\d{{2}})?", re.I
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[ T]?(\d{2})(\d{2})(\d{2})?)?")
_MONTH = re.compile(r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*月?")
_SERIAL = re.compile(r"\d{4,5}(\.\d+)?")
_EPOCH = re.compile(r"(1\d{9})(\.\d+)?|(1\d{12})")


def clean_wall_time(text: str, zone: ZoneInfo) -> datetime | Problem:
    """Wall time without a zone, in `zone`. A text that names its own offset is converted."""
    found = _read(text.strip())
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        return _not_a_date() if found is None else _out_of_range()
    return found.astimezone(zone).replace(tzinfo=None) if found.tzinfo else found


def _read(text: str) -> datetime | None:
    try:
        if match := _WRITTEN.fullmatch(text):
            return _written(match)
        if match := _EPOCH.fullmatch(text):
            seconds = float(match[1] + (match[2] or "")) if match[1] else int(match[3]) / 1000
            return datetime.fromtimestamp(seconds, UTC)
        if match := _COMPACT.fullmatch(text):
            year, month, day, *clock = (int(part or 0) for part in match.groups())
            return _naive(year, month, day, *clock)
        if _SERIAL.fullmatch(text):
            return _serial(float(text))
        if match := _MONTH.fullmatch(text):
            return _naive(int(match["y"]), int(match["m"]), 1)
    except (ValueError, OverflowError):
        return None
    return None


def _serial(days: float) -> datetime | None:
    """A spreadsheet's day number; below 20000 (1954) and above 80000 (2119) it is some other number."""
    if not 20_000 <= days <= 80_000:
        return None
    return _naive(1899, 12, 30) + timedelta(seconds=round(days * 86_400))


def _naive(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[arg-type,misc]


def _written(match: re.Match[str]) -> datetime:
    part = match.groupdict()
    hour = int(part["h"] or 0)
    half = (part["half"] or part["after"] or "").lower()
    if half in ("下午", "晚上", "pm") and hour < 12:
        hour += 12
    if half in ("am", "凌晨", "上午") and hour == 12:
        hour = 0
    # 24:00 is how some systems write the end of a day.
    late = timedelta(days=1) if hour == 24 and not int(part["i"] or 0) + int(part["s"] or 0) else timedelta()
    hour = 0 if late else hour
    micro = int((part["f"] or "0").ljust(6, "0")[:6])
    stamp = _naive(
        int(part["y"]), int(part["m"]), int(part["d"]), hour, int(part["i"] or 0), int(part["s"] or 0), micro
    )
    return stamp + late if not part["z"] else _with_offset(stamp + late, part["z"])


def _with_offset(stamp: datetime, offset: str) -> datetime:
    digits = "+0000" if offset.upper() == "Z" else offset.replace(":", "").ljust(5, "0")
    return datetime.strptime(f"{stamp:%Y-%m-%d %H:%M:%S.%f}{digits}", "%Y-%m-%d %H:%M:%S.%f%z")


def _not_a_date() -> Problem:
    return Problem((), N_("This is not a date or time"), N_("Write it like 2024-05-31 or 2024-05-31 14:30:00"))


def _out_of_range() -> Problem:
    return Problem((), N_("The year is not between 1900 and 2100"), N_("Check the year, or leave the cell empty"))
