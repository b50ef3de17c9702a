"""Reviews: departments look at an edition of a persona, talk about its figures, and decide."""
