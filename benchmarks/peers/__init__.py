"""Kith against other GraphQL servers: the same data, operations, answers and machine."""
