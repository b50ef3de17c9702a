"""Tags that follow what customers do, between refreshes: of a few customers, by the rules in force, at this moment.

`definitions` says which tags can be followed, `members` what rules see of other tags and segments meanwhile,
`results` works a tag out and compares it with what was in use, `store` keeps what became other.
"""
