"""The demo world: believable people, invented from a seed, for a first start and for tests."""
