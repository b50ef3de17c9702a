"""The organisation's own map of provinces: uploaded, approved by somebody else, and drawn in place of the tiles."""
