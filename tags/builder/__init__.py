"""PURE: the rule form. Posted fields ↔ a tree of plain values ↔ rule JSON, and the edits in between.

Phases, one module each: `posted` (flat names ↔ tree), `edits` (add, remove, move), `read` (tree → rule
JSON, with where each part stands in the form), `write` (rule JSON → tree).
"""
