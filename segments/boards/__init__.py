"""Dashboards people arrange: charts of personas and segments, chosen, ordered, shared."""
