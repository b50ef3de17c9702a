"""Industry packs: a category with tags and segments for one line of business, one file each in `industries`."""
