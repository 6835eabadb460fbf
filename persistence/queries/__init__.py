"""Statements, one module for each noun, one name for each question."""
