"""What surrounds GraphQL over HTTP: middleware, errors, health, metrics, logs."""
