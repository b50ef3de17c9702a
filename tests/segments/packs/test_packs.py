"""Industry packs: installed from what the data has, all or nothing, and removed where nobody has touched them."""

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from cdp.errors import UserError
from segments.models import InstalledPack, Segment, SegmentRun
from segments.packs import services
from segments.packs.files import packs
from segments.packs.services import pack_install, pack_remove
from segments.services import segment_save
from tags.dependencies import TAG
from tags.gallery.files import words
from tags.gallery.needs import RULE
from tags.models import Category, Tag, TagRun
from tags.rules.definition import read_definition
from tags.rules.validate import read_rule
from tags.teamwork.rules import approval_rule_add

LANGUAGES = {"zh-hans", "zh-hant", "en"}
PARTS = [part for pack in packs().values() for part in pack.parts]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.ref.slug)
def test_a_part_reads_where_everything_it_names_is_there_in_three_languages(part):
    if part.form == RULE:
        read_rule(part.definition, words())
    else:
        read_definition(part.form, part.definition, words())
    for texts in (part.names, part.about, *_names_within(part.definition)):
        assert set(texts) == LANGUAGES and all(texts.values())


def _names_within(value):
    if isinstance(value, dict):
        return [
            *([value["names"]] if "names" in value else []),
            *(n for one in value.values() for n in _names_within(one)),
        ]
    return [n for one in value for n in _names_within(one)] if isinstance(value, list) else []


def test_the_seven_packs_have_short_names_of_their_own():
    assert len(packs()) == 7 and len({part.ref for part in PARTS}) == len(PARTS)
    for pack in packs().values():
        assert set(pack.names) == set(pack.about) == LANGUAGES
        kinds = [part.ref.kind for part in pack.parts]
        assert min(kinds.count(TAG), kinds.count("segment")) >= 3


@pytest.fixture
def buyers(shop):
    people = shop.people(3, "浙江省")
    shop.buy(*[(one, "2026-06-01T04:00:00", 50) for one in people])
    return people


@pytest.fixture
def retail(buyers, analyst):
    return pack_install(pack=packs()["retail"], actor=analyst)


@pytest.fixture
def page(analyst):
    client = Client(headers={"accept-language": "en"})
    client.force_login(analyst)
    return client


MADE = {"retail_value", "retail_stage", "retail_rfm", "retail_average_order"}
SEGMENTS = {"retail_good_and_leaving", "retail_second_purchase"}


@pytest.mark.django_db
def test_installing_makes_what_the_data_has_enough_for_and_tells_the_rest(page, buyers):
    text = page.post(reverse("segments:pack-install", args=["retail"]), follow=True).content.decode()
    assert "Installed: 6 tags and segments. 4 were left out." in text
    assert set(Tag.objects.values_list("slug", flat=True)) == MADE
    assert set(Segment.objects.values_list("slug", flat=True)) == SEGMENTS
    assert {tag.category.name_en for tag in Tag.objects.all()} == {"Retail"}
    assert TagRun.objects.count() == 4 and SegmentRun.objects.count() == 2
    assert "Installed by" in text and "property <b>Category</b>" in text and "attribute <b>Birthday</b>" in text


@pytest.mark.django_db
def test_a_pack_is_installed_once(retail, page):
    text = page.post(reverse("segments:pack-install", args=["retail"]), follow=True).content.decode()
    assert "This pack is installed already." in text
    assert InstalledPack.objects.count() == 1 and Tag.objects.count() == len(MADE)


@pytest.mark.django_db
def test_a_short_name_in_use_is_left_alone(buyers, analyst, page):
    mine = segment_save(
        slug="retail_second_purchase", rule={"sample": {"salt": "a", "from": 0, "to": 1}}, actor=analyst
    )
    pack_install(pack=packs()["retail"], actor=analyst)
    mine.refresh_from_db()
    assert "sample" in mine.definition
    assert "there is one with this short name already" in page.get(reverse("segments:packs")).content.decode()


@pytest.mark.django_db
def test_when_one_part_fails_nothing_is_made(buyers, analyst, monkeypatch):
    def broken(**given):
        raise UserError

    monkeypatch.setattr(services, "segment_save", broken)
    with pytest.raises(UserError):
        pack_install(pack=packs()["retail"], actor=analyst)
    assert not Tag.objects.exists() and not Category.objects.exists() and not InstalledPack.objects.exists()


@pytest.mark.django_db
def test_without_any_of_its_data_nothing_is_installed(page):
    text = page.post(reverse("segments:pack-install", args=["retail"]), follow=True).content.decode()
    assert "Nothing of this pack can be made from your data yet." in text and not InstalledPack.objects.exists()


@pytest.mark.django_db
def test_where_approval_is_needed_everything_waits_as_a_draft(buyers, analyst, django_user_model):
    head = django_user_model.objects.create_superuser("head", is_staff=True)
    for kind in ("tag", "segment"):
        approval_rule_add(kind=kind, category="", sensitivity="", approvers=["head"], actor=head)
    pack_install(pack=packs()["retail"], actor=analyst)
    assert {tag.versions.get().state for tag in Tag.objects.all()} == {"draft"}
    assert {segment.versions.get().state for segment in Segment.objects.all()} == {"draft"}
    assert not TagRun.objects.exists() and not SegmentRun.objects.exists()


@pytest.mark.django_db
def test_removing_takes_away_everything_nobody_has_touched(retail, page):
    page.post(reverse("segments:pack-remove", args=["retail"]))
    assert not Tag.objects.exists() and not Segment.objects.exists()
    assert not Category.objects.exists() and not InstalledPack.objects.exists()


@pytest.mark.django_db
def test_what_was_changed_or_is_used_stays_and_is_named(retail, page, analyst):
    Tag.objects.filter(slug="retail_value").update(department="CRM")
    segment_save(slug="mine", rule={"tag": "retail_stage", "op": "is", "value": "new"}, actor=analyst)
    text = page.post(reverse("segments:pack-remove", args=["retail"]), follow=True).content.decode()
    assert "“Value tier” stays: It was changed since." in text
    assert "“Life cycle” stays: This is used by mine." in text
    assert set(Tag.objects.values_list("slug", flat=True)) == {"retail_value", "retail_stage"}
    assert Category.objects.exists()


@pytest.mark.django_db
def test_a_new_version_or_a_tag_of_the_same_name_is_not_the_packs_any_more(retail, analyst):
    segment = Segment.objects.get(slug="retail_second_purchase")
    segment_save(slug=segment.slug, rule={"sample": {"salt": "a", "from": 0, "to": 1}}, actor=analyst)
    kept = pack_remove(slug="retail", actor=analyst)
    assert [one.ref.slug for one in kept] == ["retail_second_purchase"]


@pytest.mark.django_db
@pytest.mark.parametrize("permissions", [[], ["edit_tags"], ["edit_segments"]])
def test_who_may_not_make_tags_and_segments_installs_and_removes_nothing(retail, django_user_model, permissions):
    person = django_user_model.objects.create_user("half", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(person)
    for name in ("pack-install", "pack-remove"):
        assert client.post(reverse(f"segments:{name}", args=["retail"])).status_code == 403
    with pytest.raises(PermissionDenied):
        pack_remove(slug="retail", actor=person)
    with pytest.raises(PermissionDenied):
        pack_install(pack=packs()["b2b"], actor=person)
    assert Tag.objects.count() == len(MADE)
