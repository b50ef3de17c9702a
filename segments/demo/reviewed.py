"""One persona of the demo world with interviews, and an edition that is under review and sent each Monday."""

from datetime import time, timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from cdp.access.models import Department
from cdp.ledger.models import JobState
from cdp.ledger.services import job_run
from segments.dashboards.models import Render
from segments.dashboards.services import render_draw
from segments.editions.models import Edition
from segments.editions.services import edition_make
from segments.mailing.models import Every
from segments.mailing.services import Plan, mailing_make
from segments.personas.models import Persona
from segments.review.anchors import CHART, TAG
from segments.review.deciding import decision_give
from segments.review.models import Choice, Review, Suggestion
from segments.review.opening import review_open
from segments.review.talking import anchors_in, remark_write

from .interviewed import interviews_load
from .load import names_of
from .tags import Words, words

PERSONA, DAYS = "careful-parents", 5
NAMED_BADLY = "churn_risk"
# Department → its names, who speaks for it, and what is asked of it.
DEPARTMENTS: dict[str, tuple[Words, str, Words | None]] = {
    "marketing": (("市场部", "市場部", "Marketing"), "marketer", None),
    "analysis": (
        ("分析部", "分析部", "Analysis"),
        "analyst",
        ("这些差异站得住吗？", "這些差異站得住嗎？", "Do these differences hold?"),
    ),
    "data": (
        ("数据部", "資料部", "Data"),
        "steward",
        ("数据完整到什么程度？", "資料完整到什麼程度？", "How complete is the data?"),
    ),
    "service": (("客服部", "客服部", "Service"), "service", None),
}
TITLE: Words = ("春季活动之前", "春季活動之前", "Before the spring campaign")
ASKED: Words = (
    "能否以这个画像为准规划春季活动？",
    "能否以這個畫像為準規劃春季活動？",
    "May we plan the spring campaign on this persona?",
)
QUESTION: Words = (
    "西部省份的占比比预想的低，是配送的原因吗？",
    "西部省份的佔比比預想的低，是配送的原因嗎？",
    "The western provinces are fewer than expected. Is that because of delivery?",
)
REPLY: Words = (
    "多半是。配送时效在那边是三天以上。",
    "多半是。配送時效在那邊是三天以上。",
    "Most likely: delivery takes more than three days there.",
)
HINT: Words = ("客户看不懂这个叫法。", "客戶看不懂這個叫法。", "Customers do not understand this name.")
PROPOSAL: Words = ("容易流失", "容易流失", "May leave soon")
DISSENT: Words = (
    "年龄未知的客户不在年龄图里，涉及年龄的结论要谨慎。",
    "年齡未知的客戶不在年齡圖裡，涉及年齡的結論要謹慎。",
    "Customers whose age is not known are not in the charts of ages: be careful with what rests on those.",
)


def review_load(language: str) -> Review | None:
    """After the world is there. Nothing where the persona is too small to be kept."""
    people = {user.username: user for user in User.objects.filter(username__in=["admin", *_speakers()])}
    for slug, (names, speaker, _asked) in DEPARTMENTS.items():
        made, _new = Department.objects.get_or_create(slug=slug, defaults=names_of(*names))
        made.members.add(people[speaker])
    persona = Persona.objects.select_related("segment__run").get(slug=PERSONA)
    interviews_load(persona, language, people=people, today=timezone.localdate())
    edition = _edition(persona, language, people["marketer"])
    if edition is None:
        return None
    plan = Plan(Every.WEEK, 0, time(8), ["analyst"], ["marketing"], language)
    mailing_make(of=edition.persona, plan=plan, actor=people["marketer"])
    return _reviewed(edition, people, language)


def _speakers() -> list[str]:
    return [speaker for _names, speaker, _asked in DEPARTMENTS.values()]


def _edition(persona: Persona, language: str, by: User) -> Edition | None:
    run = persona.segment.run
    if run is None:
        return None
    job = Render.objects.create(segment=persona.segment, language=language, as_of=run.as_of, requested_by=by)
    job_run(Render, job.pk, render_draw)
    shown = Render.objects.get(pk=job.pk)
    if shown.state != JobState.DONE or shown.content.get("too_small"):
        return None
    return edition_make(persona=persona, render=shown, title=words(TITLE)[language], actor=by)


def _reviewed(edition: Edition, people: dict[str, User], language: str) -> Review:
    def said(texts: Words) -> str:
        return words(texts)[language]

    asked_of = {slug: asked for slug, (_names, _speaker, asked) in DEPARTMENTS.items() if slug != "marketing"}
    invited = {slug: said(asked) if asked else "" for slug, asked in asked_of.items()}
    due = timezone.localdate() + timedelta(days=DAYS)
    marketer = people["marketer"]
    review = review_open(edition=edition, departments=invited, due_on=due, asked=said(ASKED), by=marketer)
    anchors = list(anchors_in(marketer, edition).values())
    chart = next((one.key for one in anchors if one.kind == CHART), "")
    tag = next((one.key for one in anchors if one.kind == TAG and one.slug == NAMED_BADLY), "")
    question = remark_write(review=review, text=said(QUESTION), by=people["analyst"], anchor=chart)
    remark_write(review=review, text=said(REPLY), by=marketer, thread=question)
    if tag:
        remark_write(
            review=review,
            text=said(HINT),
            by=people["service"],
            anchor=tag,
            suggests=Suggestion.RENAME,
            proposal=said(PROPOSAL),
        )
    seat = review.invitations.get(department__slug="data")
    decision_give(invitation=seat, choice=Choice.DISSENT, text=said(DISSENT), by=people["steward"])
    return review
