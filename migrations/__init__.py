"""Migrations: one reversible step each."""
