"""One module a measure; each has `run(bench)` and adds its rounds to `bench.results`."""
