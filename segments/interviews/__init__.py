"""What people said: notes of interviews and meetings about a persona, themes counted over them, and decisions.

`counting` is pure; `selectors` decides what a viewer sees of a note; `keeping` is what an edition copies.
"""
