"""A segment divided into groups that stay: each customer has a place by a salt, and each group a stretch of places.

A group is a segment whose rule is written here, so refresh, versions, why, following and dependencies work as for
any other rule.
"""
