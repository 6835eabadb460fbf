"""Live delivery: numbered logs in PostgreSQL lose nothing, wake-ups by Redis make them quick."""
