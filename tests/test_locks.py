"""Whoever moves to the second engine has all that the product needs, in the same versions."""

import re

from django.conf import settings


def pinned(name):
    return set(re.findall(r"^[\w.-]+==\S+", (settings.BASE_DIR / name).read_text(), re.MULTILINE))


def test_what_the_product_needs_is_there_with_spark_too():
    assert pinned("requirements.lock") - pinned("requirements-spark.lock") == set()
