"""E-mail addresses, in lower case."""

import re

from cdp.errors import N_, Problem

from .identifiers import masked

ADDRESS = re.compile(r"[a-z0-9.!#$%&'+/=?^_`{|}~-]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,24}")
FAST = (
    "CASE WHEN regexp_full_match({c}, '[a-z0-9_+-]+([.][a-z0-9_+-]+)*@([a-z0-9-]+[.])+[a-z]{2,10}')"
    " AND length({c}) < 100 THEN {c} END"
)


def clean_email(text: str) -> str | Problem:
    if "*" in text:
        return masked()
    address = text.replace(" ", "").lower()
    if address.startswith("mailto:"):
        address = address[7:]
    if not ADDRESS.fullmatch(address) or len(address) > 254 or ".." in address:
        return Problem((), N_("This is not an e-mail address"), N_("Write it like name@example.com"))
    return address
