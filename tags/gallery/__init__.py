"""Ready rules to begin a tag or a segment with, a file each in `rules`; `words.json`: what they are built on."""
