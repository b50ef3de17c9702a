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
