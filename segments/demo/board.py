"""A board of the demo world: what a shop's people look at together each week."""

from django.contrib.auth.models import User

from segments.boards.models import Board
from segments.boards.services import board_create, board_save
from segments.boards.widgets import FULL, NUMBERS, Widget
from segments.dashboards.filters import Filters
from segments.models import Segment

from .tags import Words, words

NAME: Words = ("每周例会", "每週例會", "Weekly meeting")
ABOUT: Words = (
    "忠实的高价值客户：近况、去处，以及新手父母在买什么",
    "忠實的高價值客戶：近況、去處，以及新手父母在買什麼",
    "Loyal high-value customers: how they are, where they are, and what young parents buy",
)
WHOSE, OTHERS = "loyal_high_value", "young_parents"
WIDGETS = (
    Widget(NUMBERS, FULL),
    Widget("months-months"),
    Widget("channel-channel"),
    Widget("province-province"),
    Widget("concentration-spend"),
    Widget("cohorts-purchase", FULL),
    Widget("goods-category", segment=OTHERS),
    Widget("week-week", segment=OTHERS),
)


def board_load(language: str) -> Board:
    """Everybody's to see, the marketer's to change."""
    marketer = User.objects.get(username="marketer")
    segment = Segment.objects.get(slug=WHOSE)
    board = board_create(name=words(NAME)[language], segment=segment, actor=marketer, widgets=WIDGETS)
    return board_save(
        board=board,
        version=board.version,
        name=board.name,
        description=words(ABOUT)[language],
        segment=segment,
        widgets=WIDGETS,
        filters=Filters(),
        everybody=True,
        groups=(),
        actor=marketer,
    )
