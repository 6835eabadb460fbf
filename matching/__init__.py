"""Ranking people: profiles to features, features to vectors, both sides' chance to one score."""
