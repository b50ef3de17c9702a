"""The rule language: one way to say "which customers". Pure: no Django, no engine.

The phases, one module each: `parse` (JSON → nodes) → `validate` (against a `catalog`) → `canonical` →
`compile` (leaf → Ibis) → `evaluate` (bitmaps). `describe` reads a rule out; `operators` is the one
table behind all of them. The language is specified in docs/rules.md.
"""
