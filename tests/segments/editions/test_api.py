"""Editions and reviews over `/api/`: the same services as the pages, for the same people."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from segments.review.models import Attachment, Review
from tags.models import Tag
from tests.segments.editions.reviewing import departments_made, edition_made, in_days, persona_made

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db):
    return departments_made()


@pytest.fixture
def edition(people):
    Tag.objects.create(slug="tier", kind="condition", name_en="Tier")
    return edition_made(persona_made(people["mei"]), people["mei"])


@pytest.fixture
def ask(people):
    """`ask("yue", "post", "reviews/", …)` gives status and answer."""

    def asked(who, method, path, **sent):
        client = Client(headers={"accept-language": "en"})
        client.force_login(people[who])
        given = (
            {"data": json.dumps(sent), "content_type": "application/json"} if method != "get" else {"data": sent}
        )
        answer = getattr(client, method)(f"/api/{path}", **given)
        return answer.status_code, answer.json()

    return asked


def test_a_review_from_being_sent_to_the_edition_that_answers_it(ask, edition, people):
    sent = {"departments": {"sales": "Sell?"}, "due_on": in_days(5).isoformat(), "asked": "May we?"}
    status, review = ask("mei", "post", "personas/night/editions/1/review/", **sent)
    assert (status, review["state"], review["departments"][0]["asked"]) == (201, "open", "Sell?")
    at = f"reviews/{review['id']}/"
    assert [one["id"] for one in ask("yue", "get", "reviews/")[1]["deciding"]] == [review["id"]]
    assert ask("mei", "post", f"{at}departments/", departments={"finance": ""})[0] == 200
    assert ask("mei", "patch", at, due_on=in_days(9).isoformat())[1]["due_on"] == in_days(9).isoformat()

    status, comment = ask("yue", "post", f"{at}comments/", text="Where?", about="chart:province-province")
    assert (status, comment["about"]) == (201, "chart:province-province")
    assert ask("heng", "post", f"{at}comments/", text="Here", thread=comment["id"])[1]["thread"] == comment["id"]
    assert ask("yue", "put", f"{at}comments/{comment['id']}/", text="Where is it?")[1]["text"] == "Where is it?"
    assert ask("heng", "put", f"{at}comments/{comment['id']}/", text="x")[0] == 403
    assert ask("mei", "put", f"{at}comments/{comment['id']}/settled/")[1]["settled"] is True
    assert ask("mei", "delete", f"{at}comments/{comment['id']}/settled/")[1]["settled"] is False
    hint = {"text": "Clearer", "about": "tag:tier", "suggests": "rename", "proposal": "Rank"}
    made = ask("yue", "post", f"{at}comments/", **hint)[1]
    assert ask("mei", "post", f"{at}comments/{made['id']}/verdict/", verdict="taken")[1]["verdict"] == "taken"
    gone = ask("yue", "post", f"{at}comments/", text="Oh")[1]
    assert ask("yue", "delete", f"{at}comments/{gone['id']}/") == (200, {"deleted": True})

    status, given = ask("yue", "post", f"{at}decisions/", department="sales", choice="changes", text="North")
    assert (status, given["in_force"]) == (201, True)
    assert ask("yue", "post", f"{at}decisions/", department="finance", choice="approve")[0] == 403
    assert ask("heng", "post", f"{at}decisions/", department="finance", choice="approve")[0] == 201
    status, problems = ask("mei", "post", f"{at}seal/")
    assert (status, [one["reason"] for one in problems["problems"]]) == (
        422,
        ["Sales asks for changes and has no answer."],
    )
    assert ask("mei", "put", f"{at}decisions/{given['id']}/answer/", text="Next")[1]["answer"] == "Next"
    assert ask("yue", "post", f"{at}seal/")[0] == 403
    assert ask("mei", "post", f"{at}seal/")[1]["sealed_at"]

    edition_made(edition.persona, people["mei"], number=2, east=420)
    answer = ask("mei", "put", f"personas/night/editions/2/answers/{comment['id']}/", text="In the map.")
    assert (answer[0], answer[1]["text"]) == (200, "In the map.")
    assert ask("yue", "put", f"personas/night/editions/2/answers/{comment['id']}/", text="x")[0] == 403
    assert ask("mei", "delete", f"personas/night/editions/2/answers/{comment['id']}/")[0] == 200


def test_editions_with_their_figures_and_what_changed(ask, edition, people):
    edition_made(edition.persona, people["mei"], number=2, east=420)
    assert [one["number"] for one in ask("yue", "get", "personas/night/editions/")[1]] == [2, 1]
    first = ask("yue", "get", "personas/night/editions/1/")[1]
    assert first["is_intact"] and first["digest"] == edition.digest
    chart = first["content"]["sections"][0]["charts"][0]
    assert chart["data"]["rows"] == [["east", "East", 300, 2000]] and "figure" not in chart
    changed = ask("yue", "get", "personas/night/editions/2/changes/")[1]
    assert [(one["slug"], one["rows"][0]["points"]) for one in changed["charts"]] == [
        ("province-province", pytest.approx(0.12))
    ]
    assert ask("yue", "get", "personas/night/editions/1/changes/")[0] == 404
    assert ask("yue", "get", "personas/night/editions/9/")[0] == 404
    assert ask("yue", "post", "personas/night/editions/", title="x")[0] == 403


def test_a_file_comes_along_in_a_multipart_form(edition, people, ask):
    sent = {"departments": {"sales": ""}, "due_on": in_days(5).isoformat()}
    review = ask("mei", "post", "personas/night/editions/1/review/", **sent)[1]
    client = Client()
    client.force_login(people["yue"])
    given = {"text": "See", "files": SimpleUploadedFile("a.pdf", b"%PDF")}
    answer = client.post(f"/api/reviews/{review['id']}/comments/", given)
    assert answer.status_code == 201 and answer.json()["files"][0]["name"] == "a.pdf"
    kept = Attachment.objects.get()
    kept.file.storage.delete(kept.file.name)


def test_what_is_sent_badly_is_said_and_nothing_is_done(ask, edition):
    status, told = ask("mei", "post", "personas/night/editions/1/review/", departments={"x": ""}, due_on="soon")
    assert status == 422 and [one["path"] for one in told["problems"]] == [["due_on"]]
    assert ask("yue", "post", "personas/night/editions/1/review/", departments={}, due_on="2026-12-01")[0] == 403
    assert not Review.objects.exists()


def test_whoever_is_signed_out_is_told_nothing(client, edition):
    for path in ("reviews/", "personas/night/editions/", "personas/night/editions/1/"):
        assert client.get(f"/api/{path}").status_code == 403
