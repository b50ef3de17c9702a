"""Who has a link sees the figures of one edition and nothing else, until it ends; and each look is written down."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from cdp.errors import UserError
from segments.sharing.models import Look, ShareLink
from segments.sharing.opening import agent_of, network_of
from segments.sharing.services import link_make, link_revoke, looks_clean
from tests.segments.editions.conftest import draw, friends, keep, marketer  # noqa: F401
from tests.segments.sharing.shown import edition_shown

pytestmark = pytest.mark.django_db
LINKS = "/personas/editions/friends/1/links/"
SECRET = "a long password"


@pytest.fixture
def anna(django_user_model):
    """May take figures out of the product."""
    anna = django_user_model.objects.create_user("anna", is_staff=True, first_name="Anna")
    anna.user_permissions.add(Permission.objects.get(codename="export_customers"))
    return anna


@pytest.fixture
def edition(db):
    return edition_shown()


@pytest.fixture
def share(edition, anna):
    """The address of a link for an agency."""

    def made(**more):
        given = {"name": "Agency", "days": 7, "password": "", "shows_names": False, **more}
        _link, token = link_make(edition=edition, actor=anna, **given)
        return f"/shared/{token}/"

    return made


@pytest.fixture
def guest():
    """Comes from outside, without an account."""
    return Client(headers={"user-agent": "Mozilla/5.0 Chrome/120"}, REMOTE_ADDR="203.0.113.77")


def looks():
    return list(Look.objects.order_by("pk").values_list("address", "agent", "outcome"))


def test_a_guest_sees_the_figures_and_no_more(share, guest):
    page = guest.get(share())
    shown = page.content.decode()
    assert page.status_code == 200
    for figure in ("Before spring", "Hangzhou", "182", "¥ 812", "City is Hangzhou", "Age", "1,204 members"):
        assert figure in shown
    for hidden in ("13900139000", "Li Lei", "Anna", "Bob", '"rule"', '"behind"', "segments/", "table="):
        assert hidden not in shown
    assert [href for href in re.findall(r'href="([^"]*)"', shown) if not href.startswith("/static/")] == []


def test_the_real_dashboard_of_an_edition_is_shown(friends, keep, marketer, guest):  # noqa: F811
    marketer.user_permissions.add(Permission.objects.get(codename="export_customers"))
    kept = keep(friends)
    actor = type(marketer).objects.get(pk=marketer.pk)
    _link, token = link_make(edition=kept, name="A", days=1, password="", shows_names=False, actor=actor)
    shown = guest.get(f"/shared/{token}/").content.decode()
    assert "Old friends" in shown and "3 members" in shown and 'data-chart="' in shown
    assert "/segments/" not in shown and "/customers/" not in shown


def test_no_browser_keeps_it_no_search_engine_finds_it_no_page_frames_it(share, guest):
    page = guest.get(share())
    assert page["Cache-Control"] == "no-store, private" and page["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page["X-Robots-Tag"] and 'name="robots" content="noindex' in page.content.decode()
    policy = page["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self';" in policy and "frame-ancestors 'none'" in policy
    assert page["X-Frame-Options"] == "DENY"


def test_the_watermark_says_whose_it_is_on_the_page_and_in_each_chart(share, guest):
    shown = guest.get(share(name="Agency <b>"), REMOTE_ADDR="203.0.113.77").content.decode()
    assert "s-mark" in shown and "Agency%20%26lt%3Bb" in shown and "from%20203.0.113.0/24" in shown
    assert shown.count("203.0.113.0/24") >= 2 and "203.0.113.77" not in shown
    assert "<b>" not in shown.partition("<main>")[0]


def test_colleagues_are_named_only_where_that_was_chosen(share, guest):
    assert "Anna" not in guest.get(share()).content.decode()
    assert "Anna" in guest.get(share(shows_names=True)).content.decode()


def test_each_look_is_written_down_without_the_whole_address(share, guest):
    address = share()
    guest.get(address)
    guest.get(address, REMOTE_ADDR="2001:db8:1:2::3", headers={"user-agent": "MicroMessenger/8 Chrome/1"})
    assert looks() == [("203.0.113.0/24", "Chrome", "seen"), ("2001:db8:1::/48", "WeChat", "seen")]
    assert ShareLink.objects.get().looks == 2


def test_an_ended_a_revoked_and_an_unknown_link_say_the_same(share, guest, anna):
    ended, revoked = share(), share()
    ShareLink.objects.filter(pk=ShareLink.objects.last().pk).update(expires_at=timezone.now())
    link_revoke(link=ShareLink.objects.first(), actor=anna)
    tampered = f"{share()[:-2]}x/"
    pages = [guest.get(address) for address in (ended, revoked, tampered, "/shared/x/")]
    assert [page.status_code for page in pages] == [404] * 4
    assert len({page.content for page in pages}) == 1
    assert "Before spring" not in pages[0].content.decode() and "noindex" in pages[0]["X-Robots-Tag"]
    assert [outcome for _address, _agent, outcome in looks()] == ["ended", "ended"]


def test_with_a_password_nothing_is_shown_before_it_is_given(share, guest):
    address = share(password=SECRET)
    asked = guest.get(address).content.decode()
    assert guest.get(address)["Referrer-Policy"] == "same-origin", "the browser names the origin of the form"
    assert "A password is asked for" in asked and "Before spring" not in asked and "Old friends" not in asked
    wrong = guest.post(address, {"password": "something else"})
    assert wrong.status_code == 403 and "not the password" in wrong.content.decode()
    assert guest.post(address, {"password": SECRET}).url == address
    assert "Before spring" in guest.get(address).content.decode()
    assert [outcome for _address, _agent, outcome in looks()] == ["wrong", "seen"]


def test_who_gave_one_password_has_not_given_another_links(share, guest):
    one, other = share(password=SECRET), share(password="another password")
    guest.post(one, {"password": SECRET})
    given = guest.cookies["quanxi_shared"]
    assert given["path"] == one and given["httponly"]
    guest.cookies["quanxi_shared"]["path"] = "/"
    assert "Before spring" not in guest.get(other).content.decode()


def test_after_five_wrong_passwords_the_right_one_does_not_open_it_either(share, guest):
    address = share(password=SECRET)
    for _each in range(5):
        guest.post(address, {"password": "guess"})
    locked = guest.post(address, {"password": SECRET})
    assert locked.status_code == 429 and "too many wrong passwords" in locked.content.decode()
    elsewhere = guest.post(address, {"password": SECRET}, REMOTE_ADDR="198.51.100.1")
    assert elsewhere.status_code == 302, "others are not locked out"
    Look.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert guest.post(address, {"password": SECRET}).status_code == 302


def test_guessing_from_everywhere_locks_the_link(share, guest, monkeypatch):
    address = share(password=SECRET)
    monkeypatch.setattr("segments.sharing.opening.FROM_ALL", 3)
    for number in range(4):
        guest.post(address, {"password": "guess"}, REMOTE_ADDR=f"198.51.{number}.1")
    assert guest.post(address, {"password": SECRET}).status_code == 429


def test_only_what_a_proxy_of_ours_says_of_the_address_counts(share, guest, settings):
    address, told = share(), {"x-forwarded-for": "1.1.1.1, 198.51.100.9"}
    guest.get(address, headers=told)
    settings.CDP_PROXIES = 1
    guest.get(address, headers=told)
    assert [address for address, _agent, _outcome in looks()] == ["203.0.113.0/24", "198.51.100.0/24"]


def test_neither_token_nor_password_can_be_read_from_the_database(share):
    token = share(password=SECRET).split("/")[2]
    row = str(ShareLink.objects.values().get())
    assert token not in row and SECRET not in row


REFUSED = [
    ({"days": 0}, "1 to 90 days"),
    ({"days": 91}, "1 to 90 days"),
    ({"password": "short"}, "too short"),
    ({"name": " "}, "no name"),
]


@pytest.mark.parametrize(("wish", "why"), REFUSED)
def test_a_link_ends_has_a_name_and_a_password_worth_one(wish, why, share):
    with pytest.raises(UserError, match=why):
        share(**wish)


def test_an_administrator_can_switch_links_off(share, settings):
    settings.CDP_SHARE_DAYS = 0
    with pytest.raises(UserError, match="switched off"):
        share()


def test_making_seeing_and_taking_back_is_for_who_may_take_figures_out(edition, anna, django_user_model, share):
    other = django_user_model.objects.create_user("heng", is_staff=True)
    share()
    link = ShareLink.objects.get()
    with pytest.raises(PermissionDenied):
        link_make(edition=edition, name="A", days=1, password="", shows_names=False, actor=other)
    with pytest.raises(PermissionDenied):
        link_revoke(link=link, actor=other)
    client = Client()
    client.force_login(other)
    for page in (LINKS, f"{LINKS}{link.pk}/"):
        assert client.get(page).status_code == 403
    assert client.post(f"{LINKS}{link.pk}/revoke/").status_code == 403
    assert Client().get(LINKS).status_code == 302


def test_a_colleague_makes_a_link_reads_who_looked_and_takes_it_back(edition, anna, guest):
    client = Client(headers={"accept-language": "en"})
    client.force_login(anna)
    made = client.post(LINKS, {"name": "Agency", "days": "7", "password": ""}).content.decode()
    address = re.search(r"http://testserver(/shared/[\w-]+/)", made)[1]
    assert guest.get(address).status_code == 200
    listed = client.get(LINKS).content.decode()
    assert "Agency" in listed and address not in listed
    link = ShareLink.objects.get()
    assert "203.0.113.0/24" in client.get(f"{LINKS}{link.pk}/").content.decode()
    client.post(f"{LINKS}{link.pk}/revoke/")
    assert guest.get(address).status_code == 404
    assert "Taken back by Anna" in client.get(f"{LINKS}{link.pk}/").content.decode()
    assert client.post(LINKS, {"name": "", "days": "x"}).status_code == 422


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", "?"),
        ("localhost", "?"),
    ],
)
def test_of_an_address_the_network_is_kept(address, network):
    assert network_of(address) == network


def test_of_a_browser_the_family_is_kept():
    headers = ["Chrome/1 Safari/5 Edg/1", "Firefox/1", "Version/17 Safari/6", "curl/8", "", "Lark/7 Chrome/1"]
    assert [agent_of(header) for header in headers] == ["Edge", "Firefox", "Safari", "?", "?", "Feishu"]


def test_the_log_is_kept_for_half_a_year(share, guest):
    guest.get(share())
    Look.objects.update(at=timezone.now() - timedelta(days=181))
    assert looks_clean() == 1 and ShareLink.objects.get().looks == 1


def test_the_api_makes_and_takes_back_links_and_tells_the_address_once(edition, anna, guest, django_user_model):
    api = Client(headers={"accept-language": "en"})
    api.force_login(anna)
    at = f"/api/personas/{edition.persona.slug}/editions/{edition.number}/links/"
    kind = {"content_type": "application/json"}
    assert api.post(at, {"name": "Agency", "days": 9999}, **kind).json()["problems"][0]["path"] == ["days"]
    answer = api.post(at, {"name": "Agency"}, **kind)
    made = answer.json()
    assert answer.status_code == 201 and answer["Cache-Control"] == "no-store"
    path = "/shared/" + made["address"].partition("/shared/")[2]
    assert "Before spring" in guest.get(path).content.decode()
    (row,) = api.get(at).json()
    assert (row["name"], row["state"], row["has_password"], row["looks"]) == ("Agency", "open", False, 1)
    one = api.get(f"{at}{row['id']}/").json()
    assert "address" not in one and [look["network"] for look in one["log"]] == ["203.0.113.0/24"]
    assert api.delete(f"{at}{row['id']}/").json()["state"] == "revoked"
    assert "Before spring" not in guest.get(path).content.decode()
    api.force_login(django_user_model.objects.create_user("reader", is_staff=True))
    assert {api.get(at).status_code, api.post(at, {"name": "x"}, **kind).status_code} == {403}
