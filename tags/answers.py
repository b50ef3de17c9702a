"""What this process has asked of the data, for whoever asks the same next: a form, a refresh, a page."""

from .rules.answers import Answers

ANSWERS = Answers()
