"""What each person is told: work of theirs that failed or is ready, approvals, comments."""
