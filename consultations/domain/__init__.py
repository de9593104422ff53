"""The verbs of consultation: one verb, one function, one transaction."""
