"""New rows of other databases, read on a schedule and loaded as a file is.

secrets: the password, encrypted · questions: what may be asked · databases: the kinds there are · sessions: one
read-only conversation · marks: how far it was read · reading: rows to a file · running: from there to a load ·
services, forms, pages, views: what people do with it.
"""
