"""An invented brand with invented customers, made the same way every time from a seed and an end date.

`brand`, `people`, `accounts` and `behaviour` make the world as arrays and know nothing of the
product; `definitions` holds its tags, segments and personas; `load` brings all of it in through
the same services a person's files go through.
"""
