"""The verbs: what people do, with the rules that govern it."""
