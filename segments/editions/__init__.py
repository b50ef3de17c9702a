"""Editions of a persona: what its dashboard showed at one moment, kept as it was for ever."""
