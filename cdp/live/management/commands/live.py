import signal
from threading import Event
from types import FrameType

from django.core.management.base import BaseCommand

from cdp.live.draining import arrivals_drain
from cdp.live.program import live_run


class Command(BaseCommand):
    help = "Take in what the event API has accepted, until told to stop; with --once, what there is now."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="take in and flush what has arrived, and end")

    def handle(self, *, once: bool, **options):
        if once:
            arrivals_drain()
            return
        stop = Event()

        def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask_to_stop)
        live_run(stop)
