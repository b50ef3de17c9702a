"""Questions to the lake and the bitmaps: a group in, what a figure draws out."""
