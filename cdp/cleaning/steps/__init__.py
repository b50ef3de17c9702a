"""Cleaning step by step: what a mapping says is to be done with the texts of a column before its kind reads them.

One row a step in `registry.STEPS`: its name, what it can be told, its words, and how it runs over an Arrow array of
distinct texts. A step never meets a row, so a text that stands in a million rows is worked on once.
"""
