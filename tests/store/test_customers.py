"""Which rows belong to a customer, however many are asked about at once."""

import numpy as np
import pytest

from cdp.store import customers
from cdp.store.models import Batch, Customer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("few", [1, 1_000], ids=["more than fit into a query", "few"])
def test_members_are_those_of_the_asked_roots_only(monkeypatch, few):
    monkeypatch.setattr(customers, "CHUNK_ROWS", few)
    batch = Batch.objects.create(source="test")
    asked, other, third = (Customer.objects.create(batch=batch) for _ in range(3))
    merged = Customer.objects.create(batch=batch, merged_into=asked)
    Customer.objects.create(batch=batch, merged_into=other)

    members = customers.members_read(np.array([asked.pk, third.pk]))

    found = dict(zip(members["id"].to_pylist(), members["root"].to_pylist(), strict=True))
    assert found == {asked.pk: asked.pk, merged.pk: asked.pk, third.pk: third.pk}
