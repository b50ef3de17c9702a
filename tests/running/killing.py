"""Beside a running system: ask for refreshes, kill its worker in the middle of them, look at every tag meanwhile.

`python -m tests.running.killing DATA KILLS SEED` prints one JSON object on its last line.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

import django

TAGS = 200
# Tags of labels are done forty-eight at a time: far enough from the end that the kill comes before it.
LAST_KILL = 96
PROVINCES = ("浙江省", "四川省")
MOST_SECONDS = 180


def main(data: Path, kills: int, seed: int) -> None:
    django.setup()
    shop, people = world_make()
    dice, rounds = random.Random(seed), []
    for number in range(kills + 1):
        shop.move(people, PROVINCES[number % 2])
        # The last refresh is left in peace.
        rounds.append(
            refreshed(data, None if number == kills else dice.randint(0, LAST_KILL), dice.uniform(0, 0.05))
        )
        rounds[-1]["right"] = shown() == {((PROVINCES[number % 2], len(people)),)}
    sys.stdout.write(json.dumps(rounds) + "\n")


def world_make() -> tuple[Any, list[int]]:
    from django.contrib.auth.models import User

    from tests.shop import Shop, labels, lives_in, tag_make

    shop, actor = Shop(), User.objects.create_superuser("lin")
    for number in range(TAGS):
        tag_make(f"tag{number}", labels(*((name, lives_in(name)) for name in PROVINCES)), actor)
    return shop, shop.people(300)


def refreshed(data: Path, kill_after: int | None, and_then: float) -> dict[str, Any]:
    """Ask for a refresh and wait until it is over; its worker is killed after so many tags, and seconds more."""
    from cdp.ledger.models import JobState
    from segments.models import Refresh
    from segments.refresh import refresh_create

    refresh, seen, until = refresh_create(), set(), time.monotonic() + MOST_SECONDS
    in_the_middle = False
    while refresh.is_open and time.monotonic() < until:
        refresh.refresh_from_db()
        seen |= shown()
        if kill_after is not None and refresh.state == JobState.RUNNING and refresh.steps_done >= kill_after:
            time.sleep(and_then)
            os.kill(int((data / "run" / "worker.pid").read_text()), signal.SIGKILL)
            kill_after, in_the_middle = None, True
        # Looking all the time would leave nothing of a small machine to the refresh.
        time.sleep(0.05)
    halves = [list(one) for one in seen if not whole(one)]
    runs = Refresh.objects.get(pk=refresh.pk)
    return {"state": runs.state, "attempts": runs.attempts, "killed": in_the_middle, "halves": halves}


def shown() -> set[tuple[tuple[str, int], ...]]:
    """What tags show: the values somebody has with how many customers. Everybody lives in one province."""
    from cdp.access.viewer import SYSTEM
    from tags.selectors import all_tag_values

    tags = all_tag_values(SYSTEM).values()
    return {tuple((value, len(members)) for value, members in values.items() if members) for values in tags}


def whole(one: tuple[tuple[str, int], ...]) -> bool:
    return len(one) == 1 and one[0][1] == 300


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
