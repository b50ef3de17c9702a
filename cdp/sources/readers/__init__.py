"""Files as people have them → one table of text in a workspace.

`files.look` finds out what a file is (format, encoding, delimiter, header) without reading it whole into
memory; `files.stage` makes the table `raw` of it.
"""
