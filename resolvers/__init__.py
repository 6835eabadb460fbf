"""Translators between the GraphQL schema and the verbs; a few lines each."""
