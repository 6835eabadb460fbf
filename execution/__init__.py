"""A library that runs GraphQL operations; it knows Strawberry and graphql-core, nothing of Kith."""
