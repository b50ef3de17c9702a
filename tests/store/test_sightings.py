"""Which identifiers a batch showed together is told alike from a note, from a file, and from both."""

import numpy as np
import pytest

from cdp.store import sightings
from cdp.store.delta import table_files
from cdp.store.models import SightingNote
from cdp.store.services import batch_commit, batch_open, batch_undo
from cdp.store.sightings import sightings_about, sightings_add, sightings_of

pytestmark = pytest.mark.django_db


def batch_of(*pairs):
    batch = batch_open(source="shop")
    groups, identifiers = np.array(pairs).T
    sightings_add(batch=batch, groups=groups, identifiers=identifiers)
    batch_commit(batch=batch)
    return batch


def about(*identifiers):
    rows = sightings_about(np.array(identifiers)).sort_by("identifier_id").to_pylist()
    return [(row["batch_id"], row["identifier_id"]) for row in rows]


def test_small_batches_become_one_file_once_they_are_many(monkeypatch):
    monkeypatch.setattr(sightings, "MOST_NOTES", 2)
    first, second = batch_of((1, 1), (1, 2)), batch_of((1, 1), (1, 3))
    assert table_files("sightings") == []
    third = batch_of((4, 4))
    assert len(table_files("sightings")) == 1
    assert not SightingNote.objects.exists()
    assert sightings_of(first).tolist() == [1, 2]
    assert about(3) == [(second.pk, 1), (second.pk, 3)]
    assert about(4) == [(third.pk, 4)]


def test_notes_and_files_are_asked_together(monkeypatch):
    monkeypatch.setattr(sightings, "MOST_NOTED", 1)
    filed = batch_of((1, 1), (1, 2))
    monkeypatch.setattr(sightings, "MOST_NOTED", 10)
    noted = batch_of((1, 1))
    assert sorted(about(1)) == [(filed.pk, 1), (filed.pk, 2), (noted.pk, 1)]


def test_a_batch_taken_back_leaves_no_sighting_in_a_note_or_a_common_file(monkeypatch):
    monkeypatch.setattr(sightings, "MOST_NOTES", 1)
    gone, kept = batch_of((1, 1)), batch_of((1, 1), (1, 2))
    noted = batch_of((1, 1))
    for batch in (gone, noted):
        batch_undo(batch=batch)
        sightings.sightings_remove(batch)
    assert {batch for batch, _ in about(1)} == {kept.pk}


def test_what_an_open_batch_noted_waits_for_it(monkeypatch):
    monkeypatch.setattr(sightings, "MOST_NOTES", 0)
    waiting = batch_open(source="shop")
    sightings_add(batch=waiting, groups=np.array([1]), identifiers=np.array([1]))
    batch_of((2, 2))
    assert list(SightingNote.objects.values_list("batch_id", flat=True)) == [waiting.pk]
