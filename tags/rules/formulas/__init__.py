"""PURE: arithmetic over numeric tags and attributes. Phases: `tokens` → `parse` (frozen `nodes`) → `check`."""
