"""Other systems are told who entered and left tags and segments, one module a channel (`channels`).

What was told is remembered as sets (`models.Told`): a change is told when it differs from them, whoever found it,
a refresh or the following of live events. So nothing is told twice, and what could not be told is told later.
"""
