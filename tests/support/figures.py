"""Single figures out of /metrics."""


def figure_in(exposition: str, name: str) -> float:
    """One figure, its labels included in the name; 0 where it is not there yet."""
    for line in exposition.splitlines():
        if line.startswith(f"{name} "):
            return float(line.rpartition(" ")[2])
    return 0.0
