"""What people write may name a customer: before it leaves the product, what looks like a phone number, another
long number or a mail address is masked."""

import re

from cdp.access.masking import masked

PERSONAL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+?\d[\d]{6,}|\+?\d{3}[ -]\d{3,4}[ -]\d{4}")


def redacted(text: str) -> str:
    return PERSONAL.sub(lambda found: masked(found[0]), text)
