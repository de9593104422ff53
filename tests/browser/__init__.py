"""A package, so that the browser of these tests is closed when the last of them has run."""
