"""What vendors and the client hand over, derived from the work."""
