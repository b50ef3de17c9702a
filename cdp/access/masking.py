"""How a personal value looks to someone who may not see it."""

MASK = "****"


def masked(value: str) -> str:
    """Keep enough to recognise, never enough to use: `+8613800138000` → `+86138****00`."""
    text = str(value)
    if "@" in text:
        name, _, domain = text.partition("@")
        return f"{name[:1]}{MASK}@{domain}"
    if len(text) <= 4:
        return text[:1] + MASK
    return f"{text[: len(text) // 2 - 1]}{MASK}{text[-2:]}"


def masked_sql(cell: str) -> str:
    """`masked` as an expression of the engine, for many at once; a missing value stays missing."""
    address = f"left({cell}, 1) || '{MASK}@' || substr({cell}, instr({cell}, '@') + 1)"
    if_at_first = f"'{MASK}' || {cell}"
    long = f"left({cell}, length({cell}) // 2 - 1) || '{MASK}' || right({cell}, 2)"
    return (
        f"CASE WHEN starts_with({cell}, '@') THEN {if_at_first} WHEN contains({cell}, '@') THEN {address}"
        f" WHEN length({cell}) <= 4 THEN left({cell}, 1) || '{MASK}' ELSE {long} END"
    )
