"""Who is probably the same person when no identifier is shared: records → comparisons → pairs → people.

Splink does the estimating and scoring, in a workspace of the engine. The phases, a module each: `prepare`
(texts into comparable columns), `comparisons` (what may agree, and how), `blocking` (which pairs are
looked at), `training` (what agreement is worth), `scoring` (pairs with their weights), `people` (pairs
into people). `matcher.match` runs them.
"""
