"""What a run prints: targets beside what was measured, and the document it goes into."""

import pytest

from bench.report import BEGIN, DOCUMENT, END, TITLES, report, table, write_document
from bench.results import Results
from bench.targets import TARGETS, Verdict


def with_fanout(hall, broadcast):
    results = Results()
    results.add("fanout_cpu_us", "hall", hall, "µs", number=0)
    results.add("fanout_cpu_us", "websockets.broadcast", broadcast, "µs", number=0)
    return results


@pytest.mark.parametrize(
    ("hall", "verdict"), [(19.9, Verdict.OK), (20.0, Verdict.OK), (20.1, Verdict.OVER)]
)
def test_a_target_holds_up_to_its_bound(hall, verdict):
    assert TARGETS[0].verdict(with_fanout(hall, 20.0)) is verdict


@pytest.mark.parametrize(("rate", "verdict"), [(79.0, Verdict.OVER), (80.0, Verdict.OK)])
def test_a_target_from_below_holds_from_its_bound_on(rate, verdict):
    results = Results()
    results.add("opinions_per_second", "hall", rate, "/s", number=0)
    results.add("opinions_per_second", "bare-orm-loop", 100.0, "/s", number=0)
    target = next(target for target in TARGETS if target.text.startswith("opinions acknowledged"))
    assert target.verdict(results) is verdict


@pytest.mark.parametrize(
    ("rounds", "verdict"),
    [
        ((70, 80, 90), Verdict.OK),
        ((70, 80, 101), Verdict.OK_EDGE),
        ((70, 100, 101), Verdict.OK_EDGE),
        ((99, 101, 110), Verdict.OVER_EDGE),
        ((101, 102, 110), Verdict.OVER),
    ],
)
def test_a_verdict_is_the_medians_and_says_where_some_rounds_say_otherwise(rounds, verdict):
    results = Results()
    for number, waited in enumerate(rounds):
        results.add("post_to_screen_p99_ms", "hall", waited, "ms", number=number)
    target = next(target for target in TARGETS if target.text.endswith("1,000 seats"))
    assert target.verdict(results) is verdict
    assert f" {verdict} " in report(results, cores=2, seconds=61.0, every_target=False)


def test_a_target_that_was_not_measured_is_not_said_to_hold():
    assert {target.verdict(Results()) for target in TARGETS} == {Verdict.UNKNOWN}


ABSOLUTE = {
    ("opinions_per_second", "hall"): (300, True),
    ("stances_per_second", "hall"): (2000, True),
    ("join_storm_s", "hall"): (10, False),
    ("opinion_map_ms", "hall"): (150, False),
    ("opinion_map_ms", "hall-warm"): (50, False),
    ("opinion_map_memory_mib", "hall"): (100, False),
    ("verify_s", "hall"): (5, False),
    **{
        ("document_s", f"{paper}.{fmt}"): (3, False)
        for paper in ("speeches", "consensus", "assignment")
        for fmt in ("docx", "pdf")
    },
}


@pytest.mark.parametrize("measure", ABSOLUTE)
def test_the_speeds_that_were_promised_are_targets(measure):
    bound, at_least = ABSOLUTE[measure]
    for value, verdict in ((bound * 1.01, at_least), (bound, True), (bound * 0.99, not at_least)):
        results = Results()
        results.add(*measure, value, "x", number=0)
        found = {t.verdict(results) for t in TARGETS if t.find(results) is not None}
        assert found == {Verdict.OK if verdict else Verdict.OVER}, value


def test_the_report_says_what_is_over_and_what_was_left_out():
    results = with_fanout(30.0, 20.0)
    results.add_busy("fanout_cpu_us", generator=0.25, core=0.5)
    results.add_busy("fanout_cpu_us", generator=0.15, core=0.9)
    results.lack("ws: there is no Node.js with npm here.")
    results.note("A sentence on what went otherwise.")
    text = report(results, cores=2, seconds=61.0)
    assert "1.50 ×" in text
    assert Verdict.OVER in text
    assert "| fanout_cpu_us              | 20 % (at most 25 %) | 70 % (at most 90 %) |" in text
    assert "**Incomplete.** What is missing: ws: there is no Node.js with npm here." in text
    assert text.index("Incomplete") < text.index("1.50 ×")
    assert text.endswith("A sentence on what went otherwise.")


@pytest.mark.parametrize("every_target", [True, False])
def test_targets_without_a_figure_are_shown_where_all_was_asked_for(every_target):
    text = report(with_fanout(30.0, 20.0), cores=2, seconds=61.0, every_target=every_target)
    assert (Verdict.UNKNOWN in text) is every_target


def test_the_report_says_of_how_many_rounds_a_figure_is():
    results = with_fanout(30.0, 20.0)
    results.add("fanout_cpu_us", "hall", 34.0, "µs", number=1)
    results.add("memory_per_seat_kb", "hall", 26.0, "KiB", number=0)
    text = report(results, cores=2, seconds=61.0, every_target=False)
    assert "1.50 ×   | 1      | over |" in text
    assert "32.0 µs (30.0–34.0) | 2      |" in text
    assert "26.0 KiB                      | 1      |" in text


def test_a_table_is_aligned_where_characters_are_wide():
    lines = table(["什么", "x"], [["ab", "1"], ["意见意见", "2"]]).splitlines()
    assert lines == [
        "| 什么     | x |",
        "|----------|---|",
        "| ab       | 1 |",
        "| 意见意见 | 2 |",
    ]


def test_the_run_takes_the_place_of_the_one_before(tmp_path):
    path = tmp_path / "performance.md"
    path.write_text(f"before\n{BEGIN}\nold run\n{END}\nafter\n", encoding="utf-8")
    write_document("new run", path)
    assert path.read_text(encoding="utf-8") == (f"before\n{BEGIN}\n\nnew run\n\n{END}\nafter\n")


def test_a_document_without_markers_is_left_alone(tmp_path):
    path = tmp_path / "performance.md"
    path.write_text("nothing to replace", encoding="utf-8")
    with pytest.raises(ValueError, match="lacks the markers"):
        write_document("new run", path)
    assert path.read_text(encoding="utf-8") == "nothing to replace"


def test_the_document_has_the_markers_and_names_every_measure():
    document = DOCUMENT.read_text(encoding="utf-8")
    assert document.index(BEGIN) < document.index(END)
    assert [measure for measure in TITLES if f"`{measure}`" not in document] == []
