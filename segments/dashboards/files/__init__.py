"""A dashboard that was drawn as files to take away. They hold figures of groups alone."""
