"""Keys of other systems: made by administrators, shown once, and good for nothing that is not written in them."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone

from cdp.access.keys import KeyScope, key_create, key_delete, key_found, key_switch, key_used
from cdp.access.models import ApiKey
from cdp.access.viewer import (
    customer_scope,
    may,
    may_look_up,
    profile_scope,
    require,
    sees_attribute,
    sees_identifiers,
    sees_personal,
    sees_segment,
    sees_tag,
)
from cdp.identity.search import owners_of
from cdp.store.selectors import customers
from segments.selectors import segment_counts, segments_members
from tags.selectors import all_tag_values, tag_counts

pytestmark = pytest.mark.django_db
EVERYTHING = KeyScope(
    all_attributes=True,
    sees_personal=True,
    all_tags=True,
    all_segments=True,
    lookups=["phone", "email"],
    shows_identifiers=True,
)


@pytest.fixture
def make(analyst):
    def make(scope=EVERYTHING, **more):
        return key_create(name="shop", scope=scope, actor=analyst, **more)

    return make


def test_only_a_digest_and_the_beginning_of_the_secret_are_kept(make):
    _key, secret = make()
    assert secret.startswith("qx_") and len(secret) > 40
    row = ApiKey.objects.values().get()
    assert secret not in str(row)
    assert row["digest"] == sha256(secret.encode()).hexdigest()
    assert secret.startswith(row["prefix"]) and len(row["prefix"]) == 11
    assert make()[1] != secret


def test_a_key_is_found_by_its_secret_alone(make):
    key, secret = make()
    assert key_found(secret) == key
    for other in ("", secret[:-1], secret + "x", key.prefix, key.digest):
        assert key_found(other) is None


def test_only_administrators_make_switch_and_delete_keys(make, django_user_model):
    key, _secret = make()
    colleague = django_user_model.objects.create_user("colleague", is_staff=True)
    former = django_user_model.objects.create_superuser("former", is_active=False)
    for actor in (colleague, former):
        with pytest.raises(PermissionDenied):
            key_create(name="x", scope=EVERYTHING, actor=actor)
        with pytest.raises(PermissionDenied):
            key_switch(key=key, is_on=False, actor=actor)
        with pytest.raises(PermissionDenied):
            key_delete(key=key, actor=actor)
    assert ApiKey.objects.get().is_on


def test_a_use_is_noted_at_most_once_a_minute(make, django_assert_num_queries):
    key, _secret = make()
    with django_assert_num_queries(1):
        key_used(key)
    key.refresh_from_db()
    first = key.last_used_at
    assert timezone.now() - first < timedelta(minutes=1)
    with django_assert_num_queries(0):
        key_used(key)
    ApiKey.objects.update(last_used_at=first - timedelta(minutes=2))
    key_used(ApiKey.objects.get())
    assert ApiKey.objects.get().last_used_at >= first


def test_a_new_key_sees_nothing(make):
    key, _secret = make(KeyScope())
    assert not sees_personal(key)
    assert not sees_attribute(key, "city", personal=False)
    assert not sees_tag(key, "vip", sensitive=False)
    assert not sees_segment(key, "east")
    assert not sees_identifiers(key)
    assert not may_look_up(key, "phone", personal=True)


def test_a_key_sees_what_is_written_in_it(make):
    scope = KeyScope(attributes=["city", "name"], tags=["vip"], segments=["east"], lookups=["phone"])
    key, _secret = make(scope)
    assert [sees_attribute(key, slug, personal=False) for slug in ("city", "gender")] == [True, False]
    assert sees_attribute(key, "name", personal=True)
    assert [sees_tag(key, slug, sensitive=False) for slug in ("vip", "rfm")] == [True, False]
    assert [sees_segment(key, slug) for slug in ("east", "west")] == [True, False]
    assert [may_look_up(key, slug, personal=True) for slug in ("phone", "email")] == [True, False]


def test_what_is_personal_or_sensitive_is_not_part_of_all(make):
    key, _secret = make(KeyScope(all_attributes=True, all_tags=True))
    assert sees_attribute(key, "city", personal=False) and not sees_attribute(key, "name", personal=True)
    assert sees_tag(key, "vip", sensitive=False) and not sees_tag(key, "debts", sensitive=True)
    named, _secret = make(KeyScope(tags=["debts"]))
    assert sees_tag(named, "debts", sensitive=True)


@pytest.mark.parametrize(
    "change", [{"is_on": False}, {"expires_at": timezone.now() - timedelta(seconds=1)}], ids=["off", "expired"]
)
def test_a_key_that_is_off_or_expired_sees_nothing(make, change):
    key, _secret = make()
    assert profile_scope(key) == Q()
    ApiKey.objects.update(**change)
    key = ApiKey.objects.get()
    assert profile_scope(key) == Q(pk__in=[])
    assert not sees_personal(key)
    assert not sees_attribute(key, "city", personal=False)
    assert not sees_tag(key, "vip", sensitive=False)
    assert not sees_segment(key, "east")
    assert not sees_identifiers(key)
    assert not may_look_up(key, "phone", personal=True)


def test_a_key_with_everything_still_has_no_permission_no_list_and_no_count(make, shop):
    (anna,) = shop.people(1, "浙江省")
    shop.identify(anna, phone="+8613800138000")
    key, _secret = make()
    assert customer_scope(key) == Q(pk__in=[])
    assert list(customers(key)) == []
    for permission in ("access.view_personal", "access.load_data", "auth.add_user"):
        assert not may(key, permission)
        with pytest.raises(PermissionDenied):
            require(key, permission)
    assert not any(tag_counts(key).values()) and not any(segment_counts(key).values())
    assert not any(all_tag_values(key).values()) and not any(segments_members(key).values())
    narrow, _secret = make(KeyScope(lookups=["email"], sees_personal=True))
    assert owners_of(narrow, "13800138000") == []
