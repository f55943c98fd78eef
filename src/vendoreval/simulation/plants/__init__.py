"""What can be planted in a world: schemes, and honest things that look like them."""
