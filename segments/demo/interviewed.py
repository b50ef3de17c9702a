"""What four people of a persona said, and what a meeting decided: invented, like all of the demo world."""

from datetime import date, timedelta

from django.contrib.auth.models import User

from segments.interviews.models import NoteKind
from segments.interviews.services import Wish, decision_add, note_write, theme_add
from segments.personas.models import Persona

from .tags import Words, words

DELIVERY: Words = ("送货慢", "送貨慢", "Slow delivery")
PRICE: Words = ("比价", "比價", "Compares prices")
TRUST: Words = ("看成分", "看成分", "Reads what is in it")
THEMES = (DELIVERY, PRICE, TRUST)
# Who, what they want, what troubles them, what moves them, as they said it, and what it is about.
ASKED: tuple[tuple[str, Words, Words, Words, Words, tuple[Words, ...]], ...] = (
    (
        "P01",
        ("一次买齐一个月的用品", "一次買齊一個月的用品", "To buy for a month at once"),
        ("纸尿裤总在用完以后才到", "紙尿褲總在用完以後才到", "Nappies come when the last one is used up"),
        ("省下跑超市的时间", "省下跑超市的時間", "Not having to go to the supermarket"),
        (
            "等了三天，只好半夜去便利店。",
            "等了三天，只好半夜去便利商店。",
            "I waited three days.",
        ),
        (DELIVERY, PRICE),
    ),
    (
        "P02",
        ("给孩子用放心的东西", "給孩子用放心的東西", "To give the child what is safe"),
        ("页面上找不到成分", "頁面上找不到成分", "The page does not say what is in it"),
        ("别的家长推荐", "別的家長推薦", "What other parents recommend"),
        (
            "成分看不清楚的，我一律不买。",
            "成分看不清楚的，我一律不買。",
            "What I cannot read, I leave.",
        ),
        (TRUST,),
    ),
    (
        "P03",
        ("花得明白", "花得明白", "To know what it costs"),
        ("大促规则看不懂", "大促規則看不懂", "The rules of the big sales"),
        ("划算", "划算", "A good price"),
        (
            "我会把三家的价格抄在本子上。",
            "我會把三家的價格抄在本子上。",
            "I write three prices down.",
        ),
        (PRICE,),
    ),
    (
        "P04",
        ("少操心", "少操心", "Less to think about"),
        ("西部发货要等很久", "西部發貨要等很久", "Parcels to the west take long"),
        ("固定的送货日", "固定的送貨日", "A fixed day of delivery"),
        ("说好周二到，周五才来。", "說好週二到，週五才來。", "Tuesday was promised, Friday it came."),
        (DELIVERY, TRUST),
    ),
)
MEETING: Words = (
    "读了四次访谈：送货是最常提到的痛点",
    "讀了四次訪談：送貨是最常提到的痛點",
    "Read four interviews: delivery is what troubles them most",
)
DECIDED: Words = (
    "在西部三省试行固定送货日，六周后看复购",
    "在西部三省試行固定送貨日，六週後看復購",
    "Try a fixed day of delivery in three western provinces, and look at who buys again after six weeks",
)


def interviews_load(persona: Persona, language: str, *, people: dict[str, User], today: date) -> None:
    """Written down by the marketer over the last weeks, unless there are notes already."""
    if persona.notes.exists():
        return

    def said(texts: Words) -> str:
        return words(texts)[language]

    marketer = people["marketer"]
    keys = {
        theme: theme_add(persona=persona, name=said(theme), is_shared=False, actor=marketer).pk for theme in THEMES
    }
    for place, (who, goals, pains, motives, quote, themes) in enumerate(ASKED):
        wish = Wish(
            kind=NoteKind.INTERVIEW,
            held_on=today - timedelta(days=20 - 3 * place),
            respondent=who,
            goals=said(goals),
            pains=said(pains),
            motives=said(motives),
            quotes=(said(quote),),
            themes=[keys[theme] for theme in themes],
        )
        note_write(persona=persona, wish=wish, actor=marketer)
    meeting = Wish(kind=NoteKind.MEETING, held_on=today - timedelta(days=4), remarks=said(MEETING))
    note = note_write(persona=persona, wish=meeting, actor=marketer)
    due = today + timedelta(days=42)
    decision_add(note=note, text=said(DECIDED), owner=people["service"], due_on=due, actor=marketer)
