"""Jobs: what follows from facts, and what runs on a schedule."""
