from datetime import date, timedelta


def months_between(first: str, last: str) -> list[str]:
    """`YYYY-MM` names from first to last, both included."""
    year, month = map(int, first.split("-"))
    names = [first]
    while names[-1] < last:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        names.append(f"{year:04}-{month:02}")
    return names


def last_whole_month(day: date) -> str:
    """The last month that has ended with this day."""
    following = day + timedelta(days=1)
    return f"{following.replace(day=1) - timedelta(days=1):%Y-%m}"
