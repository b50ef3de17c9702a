"""Who is told what: comments, approvals, refreshes, files and loads; and how the bell and the page show it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from cdp.exports.models import Export
from cdp.ledger.services import job_claim, job_run, jobs_sweep
from cdp.notices.models import Notice, NoticeKind
from cdp.notices.services import notices_clean, notices_send
from cdp.sources.models import Load, Source, Upload
from cdp.store.models import Attribute
from segments.models import Refresh
from segments.refresh import refresh_create, refresh_run
from tags.dependencies import TAG, Ref
from tags.models import Tag
from tags.services import tag_save
from tags.teamwork.approval import approval_ask, approval_give, approval_return
from tags.teamwork.comments import comment_change, comment_write
from tags.teamwork.rules import approval_rule_add
from tags.versions import draft_of, seal_of
from tests.shop import AS_OF, labels, lives_in, tag_make

pytestmark = pytest.mark.django_db
EAST = labels(("east", lives_in("浙江省")))
WIDER = labels(("east", lives_in("浙江省", "江苏省")))
REGION = Ref(TAG, "region")


@pytest.fixture
def region(shop, cast):
    tag = tag_make("region", EAST, cast["mei"], names={"en": "Region", "zh-hans": "地区"})
    Tag.objects.filter(pk=tag.pk).update(owner=cast["mei"])
    return Tag.objects.get(pk=tag.pk)


@pytest.fixture
def told(cast, django_capture_on_commit_callbacks):
    """Do something; gives what each was told by it, in English."""

    def run(act):
        last = Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        with django_capture_on_commit_callbacks(execute=True):
            act()
        fresh = Notice.objects.filter(pk__gt=last).select_related("person")
        with translation.override("en"):
            return {one.person.username: one.said for one in fresh}

    return run


@pytest.fixture
def mei_reads(cast):
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast["mei"])
    return client


def test_a_comment_tells_the_owner_and_who_is_named_and_nobody_of_their_own(region, cast, told):
    def says(text, by):
        return told(lambda: comment_write(ref=REGION, text=text, by=cast[by]))

    assert says("Why only Zhejiang?", "yue") == {"mei": "林悦 wrote about Region: Why only Zhejiang?"}
    assert says("Because.", "mei") == {}
    found = says("@林悦请看一下 @HENG, @heng2 and @old", "mei")
    assert set(found) == {"yue", "heng"} and found["yue"].startswith("mei named you in a comment on Region")
    assert set(says("@mei see this", "heng")) == {"mei"}


def test_an_edited_comment_tells_only_who_is_named_anew(region, cast, told):
    comment = comment_write(ref=REGION, text="@yue look", by=cast["mei"])
    assert set(told(lambda: comment_change(comment=comment, text="@yue @heng look", by=cast["mei"]))) == {"heng"}


def test_an_approval_tells_who_decides_and_then_who_asked(region, cast, told, mei_reads):
    approval_rule_add(kind="tag", category="", sensitivity="", approvers=["yue", "mei"], actor=_boss(cast))
    tag_save(slug="region", kind="labels", definition=WIDER, actor=cast["mei"])
    seal, asked = seal_of(draft_of(region).definition), []
    ask = lambda: asked.append(approval_ask(ref=REGION, seal=seal, text="", by=cast["mei"]))  # noqa: E731

    assert told(ask) == {"yue": "mei asks for your approval of Region."}
    given = told(lambda: approval_return(request=asked[-1], text="Say what it is for.", by=cast["yue"]))
    assert given == {"mei": "林悦 returned Region: Say what it is for."}
    assert Notice.objects.get(person=cast["yue"]).read_at, "it waits no more"

    told(ask)
    given = told(lambda: approval_give(request=asked[-1], text="", by=cast["yue"]))
    assert given == {"mei": "林悦 approved Region. It is in force now."}


def _boss(cast):
    cast["heng"].is_superuser = True
    return cast["heng"]


def test_the_owner_is_told_once_of_a_refresh_that_keeps_failing(region, cast, told):
    Attribute.objects.filter(slug="province").delete()

    def refresh():
        job_run(Refresh, refresh_create(as_of=AS_OF).pk, refresh_run)

    said = {"mei": "Region could not be refreshed. What it said before stays."}
    assert told(refresh) == said and told(refresh) == said
    assert Notice.objects.filter(person=cast["mei"]).count() == 1


def test_a_file_tells_that_it_is_ready_to_who_may_still_take_it(cast, told):
    def made(by, work=lambda job: None):
        job = Export.objects.create(requested_by=by, title="East", members=b"", count=0, clear=False)
        return told(lambda: job_run(Export, job.pk, work))

    cast["mei"].is_superuser = True
    cast["mei"].save()
    assert made(cast["mei"]) == {"mei": "Your file is ready: East"}
    assert made(cast["mei"], lambda job: 1 / 0) == {"mei": "Your file could not be made: East"}
    assert made(cast["yue"]) == {}


def test_a_load_tells_of_rows_to_mend_and_of_failing(cast, told):
    cast["mei"].is_superuser = True
    cast["mei"].save()
    source, upload = Source.objects.create(slug="crm"), Upload.objects.create(name="members.xlsx", bytes=1)
    given = {"source": source, "upload": upload, "stage": "write", "mapping": {}, "requested_by": cast["mei"]}

    def loaded(rejected, work=lambda load: None):
        load = Load.objects.create(**given, summary={"rejected": rejected})
        return told(lambda: job_run(Load, load.pk, work))

    assert loaded(0) == {}
    assert loaded(1200) == {"mei": "members.xlsx is loaded; rows that wait to be mended: 1,200"}
    assert loaded(0, lambda load: 1 / 0) == {"mei": "The load of members.xlsx failed. Nothing was changed."}


def test_who_is_given_up_by_the_sweeper_is_told_as_well(cast, told):
    cast["mei"].is_superuser = True
    cast["mei"].save()
    job = Export.objects.create(requested_by=cast["mei"], title="East", members=b"", count=0, clear=False)
    job_claim(Export, job.pk)
    Export.objects.update(attempts=3, heartbeat_at=timezone.now() - timedelta(hours=1))
    assert told(jobs_sweep) == {"mei": "Your file could not be made: East"}


def send(person, name="Region", **more):
    given = {"text": "%(who)s wrote about %(name)s: %(words)s", "url": "/customers/", "kind": NoticeKind.COMMENT}
    params = {"who": "Yue", "name": {"en": name, "zh-hans": "地区"}, "words": "Why?"}
    notices_send(people=[person.pk], params=params, **(given | more))


@pytest.fixture
def three(cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        for name in ("One", "Two", "Three"):
            send(cast["mei"], name)


def test_the_bell_counts_the_unread_ones_in_one_query(three, mei_reads, django_assert_num_queries):
    with django_assert_num_queries(3):
        bell = mei_reads.get("/notifications/bell/").content.decode()
    assert "Notifications, 3 unread" in bell
    latest = mei_reads.get("/notifications/latest/").content.decode()
    assert latest.index("Three") < latest.index("One") and "Mark all as read" in latest
    assert "/notifications/bell/" in mei_reads.get("/customers/").content.decode()


def test_a_page_left_open_is_not_sent_to_the_log_in_page():
    answer = Client().get("/notifications/bell/")
    assert answer.status_code == 286 and answer["HX-Reswap"] == "none"


def test_a_notice_leads_to_what_it_is_of_and_is_read_then(three, mei_reads, cast):
    notice = Notice.objects.filter(person=cast["mei"]).first()
    assert mei_reads.get(f"/notifications/{notice.pk}/").url == "/customers/"
    unread = mei_reads.get("/notifications/?unread").content.decode()
    assert "about Two" in unread and "about Three" not in unread
    mei_reads.post(f"/notifications/{notice.pk}/mark/", {"read": "0"})
    assert "about Three" in mei_reads.get("/notifications/?unread").content.decode()
    mei_reads.post("/notifications/read/")
    assert "Everything is read" in mei_reads.get("/notifications/?unread").content.decode()


def test_each_reads_their_own_alone_in_their_own_language(three, cast):
    heng = Client(headers={"accept-language": "zh-hans"})
    heng.force_login(cast["heng"])
    notice = Notice.objects.first()
    assert "地区" not in heng.get("/notifications/").content.decode()
    assert heng.get(f"/notifications/{notice.pk}/").status_code == 404
    heng.force_login(cast["mei"])
    assert "地区" in heng.get("/notifications/").content.decode()


def test_old_ones_go(three):
    Notice.objects.filter(pk=Notice.objects.first().pk).update(made_at=timezone.now() - timedelta(days=31))
    assert notices_clean() == 1 and Notice.objects.count() == 2
