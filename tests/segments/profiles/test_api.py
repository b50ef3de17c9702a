"""The profile of one customer over the API: found however an identifier is written, told as far as a key goes."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from cdp.access.keys import KeyScope, key_create
from cdp.access.models import ApiKey
from cdp.identity.models import IdentifierType
from cdp.store.models import Batch, BatchState, Customer
from cdp.store.selectors import data_as_of
from cdp.store.services import attribute_register
from tags.models import Tag
from tests.shop import AS_OF, SPENT, labels, lives_in, tag_make

pytestmark = pytest.mark.django_db
PHONE = "+8613800138000"
NARROW = KeyScope(lookups=["phone"])
WIDE = KeyScope(
    all_attributes=True, all_tags=True, all_segments=True, lookups=["phone", "member"], shows_identifiers=True
)


@pytest.fixture
def anna(shop, analyst, compute, make_segment):
    """Anna has a phone and a card, a name, two tags and a segment."""
    (anna,) = shop.people(1, "浙江省")
    shop.buy((anna, "2026-06-01 10:00:00", 12.5))
    shop.identify(anna, phone=PHONE, member="M-77")
    IdentifierType.objects.get_or_create(slug="member", defaults={"personal": False})
    attribute_register(slug="name", kind="text", personal=True)
    Customer.objects.filter(pk=anna).update(attributes={"province": "浙江省", "name": "安娜"})
    east = {"value": "east", "names": {"zh-hans": "华东", "en": "East"}, "when": lives_in("浙江省")}
    region = {"v": 1, "layers": [east]}
    compute(
        tag_make("region", region, analyst, names={"zh-hans": "地区", "en": "Region"}),
        tag_make("spent", {"v": 1, "measure": SPENT}, analyst, names={"zh-hans": "消费"}),
    )
    make_segment("easterners", lives_in("浙江省"), **{"zh-hans": "华东客户", "en": "Easterners"})
    return anna


@pytest.fixture
def key(analyst):
    """`key(scope)`: the header of a new key."""

    def make(scope=WIDE, **more):
        _key, secret = key_create(name="shop", scope=scope, actor=analyst, **more)
        return {"authorization": f"Bearer {secret}"}

    return make


@pytest.fixture
def ask(client):
    def ask(headers=None, path=f"phone/{PHONE}", **more):
        return client.get(f"/api/profiles/by/{path}", headers=(headers or {}) | more)

    return ask


def test_a_customer_is_told_with_attributes_tags_and_segments(anna, ask, key):
    answer = ask(key())
    assert answer.status_code == 200
    as_of = timezone.localtime(AS_OF).isoformat()
    assert answer.json() == {
        "customer": anna,
        "identifiers": [{"type": "phone", "value": "+86138****00"}, {"type": "member", "value": "M-77"}],
        "attributes": {"province": "浙江省"},
        "tags": [
            {
                "tag": "region",
                "name": "地区",
                "values": ["east"],
                "labels": ["华东"],
                "number": None,
                "as_of": as_of,
            },
            {"tag": "spent", "name": "消费", "values": [], "labels": [], "number": 12.5, "as_of": as_of},
        ],
        "segments": [{"segment": "easterners", "name": "华东客户", "as_of": as_of}],
        "as_of": timezone.localtime(data_as_of()).isoformat(),
    }
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "written", ["138 0013 8000", "+86 138-0013-8000", "８６１３８００１３８０００", "13800138000/"]
)
def test_a_phone_is_found_in_any_writing(anna, ask, key, written):
    assert ask(key(), f"phone/{written}").json()["customer"] == anna


def test_names_come_in_the_callers_language(anna, ask, key):
    told = ask(key(), **{"accept-language": "en"}).json()
    assert (told["tags"][0]["name"], told["tags"][0]["labels"]) == ("Region", ["East"])
    assert told["segments"][0]["name"] == "Easterners"
    told = ask(key(), **{"accept-language": "fr"}).json()
    assert told["segments"][0]["name"] == "华东客户"


def test_a_merged_customer_is_the_one_they_were_merged_into(anna, ask, key, shop):
    (other,) = shop.people(1, "四川省")
    shop.identify(other, phone="+8613900139000")
    Customer.objects.filter(pk=other).update(merged_into=anna, moved=True)
    told = ask(key(), "phone/13900139000").json()
    assert (told["customer"], told["attributes"]) == (anna, {"province": "浙江省"})
    assert [one["value"] for one in told["identifiers"]] == ["+86138****00", "+86139****00", "M-77"]


# What a key does not have written in it


def test_a_key_that_may_only_look_up_is_told_no_more_than_who(anna, ask, key):
    told = ask(key(NARROW)).json()
    assert told.pop("as_of")
    assert told == {"customer": anna, "attributes": {}, "tags": [], "segments": []}


def test_only_what_is_named_is_told(anna, ask, key, make_segment):
    make_segment("people", {"any": [lives_in("浙江省")]})
    scope = KeyScope(attributes=["name"], tags=["spent"], segments=["people"], lookups=["phone"])
    told = ask(key(scope)).json()
    assert told["attributes"] == {"name": "安****"}
    assert [one["tag"] for one in told["tags"]] == ["spent"]
    assert [one["segment"] for one in told["segments"]] == ["people"]


def test_personal_values_are_clear_only_to_a_key_that_may_see_them(anna, ask, key):
    scope = KeyScope(attributes=["name"], sees_personal=True, lookups=["phone"], shows_identifiers=True)
    told = ask(key(scope)).json()
    assert told["attributes"] == {"name": "安娜"}
    assert told["identifiers"][0] == {"type": "phone", "value": PHONE}


def test_a_sensitive_tag_is_told_only_when_it_is_named(anna, ask, key):
    Tag.objects.filter(slug="spent").update(sensitivity="sensitive")
    assert [one["tag"] for one in ask(key()).json()["tags"]] == ["region"]
    named = KeyScope(tags=["spent"], lookups=["phone"])
    assert [one["tag"] for one in ask(key(named)).json()["tags"]] == ["spent"]


def test_a_type_that_is_not_in_the_key_is_refused(anna, ask, key):
    answer = ask(key(NARROW), "member/M-77", **{"accept-language": "en"})
    assert answer.status_code == 403
    assert answer.json() == {
        "detail": "Customers may not be looked up by “member” here.",
        "hint": "Allowed are: phone.",
    }


# Who is not told anything


def test_without_a_key_and_with_a_wrong_one(anna, ask):
    for headers in ({}, *({"authorization": text} for text in ("Bearer qx_no", "Bearer", "bearer ", "Bearer ü"))):
        answer = ask(headers)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert set(answer.json()) == {"detail"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"is_on": False}, "This key is switched off."),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "This key has expired."),
    ],
    ids=["off", "expired"],
)
def test_a_key_that_is_off_or_expired_is_refused(anna, ask, key, change, said):
    headers = key()
    assert ask(headers).status_code == 200
    ApiKey.objects.update(last_used_at=None, **change)
    answer = ask(headers, **{"accept-language": "en"})
    assert (answer.status_code, answer.json()) == (401, {"detail": said})
    assert ApiKey.objects.get().last_used_at is None


def test_a_key_opens_no_other_view(anna, client, key):
    headers = key(
        KeyScope(all_tags=True, all_segments=True, sees_personal=True, lookups=["phone"], shows_identifiers=True)
    )
    for path in ("tags/", "tags/region/", "segments/", "segments/easterners/members/", f"customers/{anna}/tags/"):
        assert client.get(f"/api/{path}", headers=headers).status_code in (401, 403)
    for path in ("/", f"/customers/{anna}/", "/admin/", "/api/schema/"):
        assert client.get(path, headers=headers).status_code in (302, 401, 403)


def test_a_use_is_noted(anna, ask, key):
    ask(key())
    assert timezone.now() - ApiKey.objects.get().last_used_at < timedelta(minutes=1)


# Nobody, and nobody who may be seen


def test_nobody_and_somebody_who_may_not_be_seen_are_answered_alike(anna, ask, key, client, django_user_model):
    headers = key()
    unknown = ask(headers, "phone/13911112222")
    Batch.objects.filter(customers=anna).update(state=BatchState.OPEN)
    unseen = ask(headers)
    assert (unknown.status_code, unseen.status_code) == (404, 404)
    assert unknown.json() == unseen.json()
    Batch.objects.update(state=BatchState.DONE)
    client.force_login(django_user_model.objects.create_user("outsider"))
    outside = ask(path="member/M-77")
    assert (outside.status_code, outside.json()) == (404, unknown.json())


@pytest.mark.parametrize(
    "value", ["not a phone", "138****8000", "1" * 5000, "%00", "%20", "-1", "#REF!", "a/b", "/"]
)
def test_what_cannot_be_an_identifier_is_nobodys(anna, ask, key, value):
    answer = ask(key(), f"phone/{value}")
    assert answer.status_code == 404
    assert ask(key(), f"member/{value}").status_code == 404


def test_a_phone_that_is_none_says_how_to_write_one(anna, ask, key):
    said = ask(key(), "phone/12", **{"accept-language": "en"}).json()
    assert said["detail"] == "There is no customer with this identifier."
    assert said["hint"].startswith("This is not a phone number")


def test_an_unknown_type_names_the_nearest(anna, ask, key):
    answer = ask(key(), f"phon/{PHONE}", **{"accept-language": "en"})
    assert answer.status_code == 400
    assert answer.json()["detail"] == "There is no type of identifier called “phon”."
    assert "phone" in answer.json()["hint"] and "member" not in answer.json()["hint"]


def test_no_identifier_gets_into_the_log(anna, ask, key, caplog):
    caplog.set_level(logging.DEBUG)
    assert ask(key(), "phone/13911112222").status_code == 404
    assert "13911112222" not in caplog.text


# Colleagues who are signed in


def test_a_colleague_sees_what_they_see_on_the_page(anna, ask, client, analyst, django_user_model):
    client.force_login(analyst)
    assert ask().json()["attributes"] == {"province": "浙江省", "name": "安娜"}
    client.force_login(django_user_model.objects.create_user("colleague", is_staff=True))
    assert ask().status_code == 403
    told = ask(path="member/M-77").json()
    assert told["attributes"] == {"province": "浙江省", "name": "安****"}
    assert told["identifiers"][0]["value"] == "+86138****00"


def test_as_many_queries_for_one_tag_as_for_many(anna, ask, key, analyst, compute, django_assert_num_queries):
    headers = key()
    ask(headers)
    # The key, types, the customer, their identifiers, attributes, two marks and the data's moment.
    with django_assert_num_queries(11):
        ask(headers)
    more = [tag_make(f"more{n}", labels(("east", lives_in("浙江省"))), analyst) for n in range(6)]
    compute(*more)
    assert len(ask(headers).json()["tags"]) == 8
    with django_assert_num_queries(11):
        ask(headers)


def test_the_schema_tells_of_it(client, analyst):
    client.force_login(analyst)
    schema = client.get("/api/schema/?format=json").json()
    told = schema["paths"]["/api/profiles/by/{type}/{value}"]["get"]
    assert set(told["responses"]) == {"200", "400", "401", "403", "404"}
    assert {"key": []} in told["security"]
    assert schema["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert {"customer", "attributes", "tags", "segments", "as_of"} <= set(
        schema["components"]["schemas"]["Profile"]["properties"]
    )
