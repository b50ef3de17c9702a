"""All definitions in one workbook: tags, their layers, segments, lists and categories, out to Excel and in again.

`columns` says what there is; `state` what it is now; `writing` and `reading` are the two ways; `plan` compares what
came back with what is; `services` checks a plan by doing it and taking it back, and does it once it is confirmed.
"""
