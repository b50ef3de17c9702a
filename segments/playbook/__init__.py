"""What to do about what a persona shows: entries the business writes, suggested where a finding answers them."""
