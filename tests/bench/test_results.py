"""The bench's arithmetic, and the shape of what it writes."""

import json

import pytest

from bench.results import Figure, Results


@pytest.fixture
def results():
    found = Results()
    for number, value in enumerate((30.0, 10.0, 20.0)):
        found.add("fanout_cpu_us", "hall", value, "µs", number=number)
    for number, value in enumerate((10.0, 10.0, 5.0)):
        found.add("fanout_cpu_us", "ws", value, "µs", number=number)
    return found


def test_a_figure_is_the_median_between_the_lowest_and_the_highest_round(results):
    assert results.figure("fanout_cpu_us", "hall") == Figure(20.0, 10.0, 30.0, "µs", 3)


def test_a_figure_of_what_was_not_measured_is_none(results):
    assert results.figure("fanout_cpu_us", "socket.io") is None
    assert results.figure("join_storm_s", "hall") is None


def test_a_ratio_compares_each_round_with_the_other_stack_in_the_same_round(results):
    # 30/10, 10/10, 20/5: not the ratio of the medians, which is 2.
    assert results.ratio("fanout_cpu_us", "hall", "ws") == Figure(3.0, 1.0, 4.0, "×", 3)


def test_a_ratio_leaves_out_rounds_that_only_one_stack_went_through(results):
    results.add("fanout_cpu_us", "hall", 1_000.0, "µs", number=3)
    assert results.ratio("fanout_cpu_us", "hall", "ws") == Figure(3.0, 1.0, 4.0, "×", 3)


def test_a_round_that_one_stack_missed_does_not_shift_the_others():
    results = Results()
    for number in (0, 1, 2):
        results.add("join_storm_s", "bare-accept", 10.0**number, "s", number=number)
    for number in (1, 2, 4):
        results.add("join_storm_s", "hall", 2 * 10.0**number, "s", number=number)
    assert results.ratio("join_storm_s", "hall", "bare-accept") == Figure(2.0, 2.0, 2.0, "×", 2)


def test_stacks_that_met_in_no_round_have_no_ratio():
    results = Results()
    results.add("join_storm_s", "bare-accept", 1.0, "s", number=0)
    results.add("join_storm_s", "hall", 1.0, "s", number=1)
    assert results.ratio("join_storm_s", "hall", "bare-accept") is None


def test_a_round_comes_once(results):
    with pytest.raises(ValueError, match="has a round 2 already"):
        results.add("fanout_cpu_us", "hall", 1.0, "µs", number=2)


def test_a_ratio_across_measures_takes_each_from_its_own(results):
    results.add("opinions_per_second", "loop", 5.0, "/s", number=0)
    ratio = results.ratio("fanout_cpu_us", "hall", "loop", other="opinions_per_second")
    assert ratio == Figure(6.0, 6.0, 6.0, "×", 1)


def test_a_ratio_to_nothing_is_none(results):
    results.add("idle_room_cpu_percent", "hall", 1.0, "%", number=0)
    results.add("idle_room_cpu_percent", "ws", 0.0, "%", number=0)
    assert results.ratio("idle_room_cpu_percent", "hall", "ws") is None
    assert results.ratio("fanout_cpu_us", "hall", "socket.io") is None


def test_one_measure_has_one_unit(results):
    with pytest.raises(ValueError, match="is in µs"):
        results.add("fanout_cpu_us", "hall", 1.0, "ms", number=3)


def test_a_figure_needs_a_round():
    with pytest.raises(ValueError, match="at least one round"):
        Figure.of([], "µs")


def test_the_json_names_measure_stack_and_the_four_parts_of_a_figure(results, tmp_path):
    results.write(tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8")) == {
        "fanout_cpu_us": {
            "hall": {"median": 20.0, "min": 10.0, "max": 30.0, "unit": "µs"},
            "ws": {"median": 10.0, "min": 5.0, "max": 10.0, "unit": "µs"},
        }
    }


def test_a_note_is_kept_once(results):
    results.note("ws was left out.")
    results.note("ws was left out.")
    assert results.notes == ["ws was left out."]
