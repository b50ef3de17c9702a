"""Personas and boards sent by mail on a day of the week or month: an edition is kept then, where data moved.

`when` says when the next one is due, `running` does it, `letters` writes what is sent, `services` change a plan.
"""
