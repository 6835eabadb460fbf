"""The GraphQL API: views of the models, and what can be asked, done and listened to."""
