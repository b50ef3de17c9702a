"""Two segments side by side: how they overlap, and which tags tell them apart."""
