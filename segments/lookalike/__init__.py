"""The customers who are most like the members of a segment, by the tags they have in common.

`score` is the formula, `holdout` how well it finds members that were kept out, `run` the job, `services` asks for
it and saves what is chosen as a list.
"""
