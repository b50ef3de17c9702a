"""A new segment out of two to five others: by the areas in which they overlap, or by all of, any of, none of."""
