"""Text as people and systems write it → a clean value, or a problem that says what to do.

Pure: values in, values out. Each kind also has a `fast` SQL expression that recognises the tidy majority,
so that only the distinct untidy texts ever meet Python (see columns.py).
"""
