def months_between(first: str, last: str) -> list[str]:
    """`YYYY-MM` names from first to last, both included."""
    year, month = map(int, first.split("-"))
    names = [first]
    while names[-1] < last:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        names.append(f"{year:04}-{month:02}")
    return names
