"""Two to five groups side by side, against everyone or a chosen base."""
