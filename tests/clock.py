"""A clock that goes on when a test says so."""

from datetime import timedelta

from django.utils import timezone


class Clock:
    def __init__(self):
        self.now = timezone.now()

    def __call__(self):
        return self.now

    def pass_by(self, **time):
        self.now += timedelta(**time)
