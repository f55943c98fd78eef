"""The questions asked of every vendor, one file each, listed here by name."""
