"""What a delivery can come as, each turned into rows of text."""
