"""The GraphiQL explorer: its page, its example operations and the recipe for its assets."""
