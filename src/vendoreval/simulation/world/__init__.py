"""How honest vendors work: people, leads, dials, clocks, sales."""
