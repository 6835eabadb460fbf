"""Benchmarks: Kith measured by itself, at start, and against other servers on the same data."""
