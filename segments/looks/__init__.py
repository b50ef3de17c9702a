"""Who looked at a customer, and when: written at each look, never changed, forgotten after a set number of days."""
