"""How long one waits for the documents of a room with 5,000 opinions, read from the database."""

import json

from bench.world import World

SECONDS = "document_s"
CPU = "document_cpu_s"
# Those that list opinions; a quick run makes the one that lists them all.
PAPERS = ("speeches", "consensus", "assignment")
FORMATS = ("docx", "pdf")


def run(world: World) -> None:
    papers = PAPERS[:1] if world.size.quick else PAPERS
    told = world.run_module("bench.document_rounds", str(world.size.document_rounds), *papers)
    found: dict[str, list[tuple[float, float]]] = json.loads(told)
    for stack, rounds in found.items():
        for number, (seconds, busy) in enumerate(rounds):
            world.results.add(SECONDS, stack, seconds, "s", number=number)
            world.results.add(CPU, stack, busy, "s", number=number)
