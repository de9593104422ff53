"""How much is acknowledged a second: opinions and stances, beside a bare loop through the ORM."""

from dataclasses import replace
from functools import partial

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
        takes = (
            partial(_loop, world),
            partial(_opinions, world, opinions, posters),
            partial(_stances, world, stances, people),
        )
        for number, order in world.rounds(takes, at_most=world.size.writing_rounds, share=0.2):
            for take in order:
                take(number)


def _loop(world: World, number: int) -> None:
    seconds = str(world.size.writing_seconds)
    rate = world.run_module("bench.orm_loop", str(world.rooms["loop"]), seconds)
    world.results.add(OPINION_RATE, LOOP, float(rate), "/s", number=number)


def _opinions(world: World, stack: Stack, posters: Generator, number: int) -> None:
    heard = posters.run(f"answers 1 {world.size.writing_seconds}")
    _add(world, stack.name, OPINION_RATE, OPINION_P99, heard, number)


def _stances(world: World, stack: Stack, people: Generator, number: int) -> None:
    heard = people.run(f"answers {STANCES_AT_ONCE} {world.size.writing_seconds}")
    _add(world, stack.name, STANCE_RATE, STANCE_P99, heard, number)


def _add(world: World, name: str, rate: str, wait: str, heard: Heard, number: int) -> None:
    """Rate and waiting of one phase. LoadError unless every command was answered and agreed to."""
    if heard.refused or heard.answered != heard.posts or heard.gone:
        raise LoadError(
            f"{name}: of {heard.posts} commands {heard.answered} were agreed to and "
            f"{heard.refused} refused; {heard.gone} seats were lost. {heard.trouble}"
        )
    world.results.add(rate, name, heard.answered / heard.seconds, "/s", number=number)
    if heard.to_answer_ms is not None:
        world.results.add(wait, name, heard.to_answer_ms["p99"], "ms", number=number)
    world.results.add_busy(rate, generator=heard.busy, core=heard.core_busy)
