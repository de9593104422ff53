"""How much is acknowledged a second: opinions and stances, beside a bare loop through the ORM."""

import time
from dataclasses import replace

from bench.generator import Generator, Heard, LoadError
from bench.prepared import OPINIONS
from bench.stacks import Stack
from bench.world import World

OPINION_RATE = "opinions_per_second"
OPINION_P99 = "opinion_answered_p99_ms"
STANCE_RATE = "stances_per_second"
STANCE_P99 = "stance_answered_p99_ms"
LOOP = "bare-orm-loop"
POSTERS = 32
PEOPLE = 200
STANCES_AT_ONCE = 4


def run(world: World) -> None:
    process = world.standing()
    opinions = world.hall_stack("opinions", [process])
    stances = world.hall_stack("full", [process])
    stances.talk = replace(
        stances.talk,
        post='{"do":"stance.take","key":"%K","number":%N,"value":%V}',
        numbers=OPINIONS,
    )
    with (
        world.seat(opinions, seats=POSTERS) as posters,
        world.seat(stances, seats=PEOPLE) as people,
    ):
        for generator, each in ((posters, 1), (people, STANCES_AT_ONCE)):
            generator.run(f"answers {each} 0.3")
        began = time.monotonic()
        for number in range(world.size.writing_rounds):
            if not world.may_repeat(number, began, 0.2):
                break
            _round(world, opinions, posters, people)


def _round(world: World, stack: Stack, posters: Generator, people: Generator) -> None:
    seconds = world.size.writing_seconds
    loop = world.run_module("bench.orm_loop", str(world.rooms["loop"]), str(seconds))
    world.results.add(OPINION_RATE, LOOP, float(loop), "/s")
    opinions = _answered(posters.run(f"answers 1 {seconds}"), stack.name)
    world.results.add(OPINION_RATE, stack.name, opinions.answered / opinions.seconds, "/s")
    stances = _answered(people.run(f"answers {STANCES_AT_ONCE} {seconds}"), stack.name)
    world.results.add(STANCE_RATE, stack.name, stances.answered / stances.seconds, "/s")
    for measure, heard in ((OPINION_P99, opinions), (STANCE_P99, stances)):
        if heard.to_answer_ms is not None:
            world.results.add(measure, stack.name, heard.to_answer_ms["p99"], "ms")
    world.results.add_busy(OPINION_RATE, opinions.busy)
    world.results.add_busy(STANCE_RATE, stances.busy)


def _answered(heard: Heard, name: str) -> Heard:
    """The same, if every command was answered and agreed to."""
    if heard.refused or heard.answered != heard.posts or heard.gone:
        raise LoadError(
            f"{name}: of {heard.posts} commands {heard.answered} were agreed to and "
            f"{heard.refused} refused; {heard.gone} seats were lost. {heard.trouble}"
        )
    return heard
