"""Moving to another database as docs/operations.md tells it."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from cdp.store.models import Customer
from segments.models import Segment
from segments.services import segment_save
from tags.models import Tag, TagVersion
from tests.shop import labels, lives_in, tag_make


def told() -> list[str]:
    """The apps and models that the document leaves out."""
    text = Path(settings.BASE_DIR, "docs", "operations.md").read_text(encoding="utf-8")
    command = re.search(r"manage\.py (dumpdata[^`]*)`", text)
    assert command
    return re.findall(r"-e (\S+)", command[1])


@pytest.mark.django_db
def test_what_is_dumped_as_documented_can_be_loaded(shop, analyst, tmp_path):
    ids = shop.people(2, "浙江省")
    tag_make("region", labels(("east", lives_in("浙江省"))), analyst)
    segment_save(slug="east", rule={"tag": "region", "op": "is", "value": "east"}, actor=analyst)
    file = tmp_path / "all.json"
    natural = {"use_natural_foreign_keys": True, "use_natural_primary_keys": True}
    call_command("dumpdata", exclude=told(), output=str(file), verbosity=0, **natural)
    call_command("loaddata", str(file), verbosity=0)
    assert set(Customer.objects.values_list("pk", flat=True)) >= set(ids)
    assert TagVersion.objects.get(tag=Tag.objects.get(slug="region")).state == "published"
    assert Segment.objects.get(slug="east")
    connection.check_constraints()
