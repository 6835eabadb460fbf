"""Every store we own: PostgreSQL, Redis, Qdrant."""
