"""The benchmarks run and agree; what is measured is no test's business.  Peers that are not installed are left out."""

import re
import shutil
from pathlib import Path

import pytest

from benchmarks import browsing, drawing, graphs, layout
from benchmarks.__main__ import QUESTIONS, main
from benchmarks.agreement import Disagreement, require_equal, require_found
from benchmarks.timing import Contest, of_other_programs, table

IN_A_BROWSER = {"drawing": drawing.PACKAGES, "frames": ()}
LONG = {"large"}
"""Minutes even when quick; what it measures, tests/browser/test_large.py holds to its numbers."""


@pytest.mark.parametrize("question", [each for each in QUESTIONS if each not in LONG])
def test_every_question_is_answered_by_a_table(question: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--quick", question]) == 0
    printed = capsys.readouterr().out
    missing = browsing.lacking(*IN_A_BROWSER[question]) if question in IN_A_BROWSER else []
    if missing:
        assert f"{question}: not measured, it needs {', '.join(missing)} - " in printed
    elif question == "layout" and not (layout.FOLDER / "node_modules").is_dir():
        assert "Layout is not measured" in printed and "npm ci" in printed
    else:
        assert "µs to " in printed or "ms to " in printed
        assert "× (" in printed or "ours" in printed


def test_what_is_no_question_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--quick", "weather"]) == 2
    assert "weather" in capsys.readouterr().err


def test_a_node_that_the_other_engine_lacks_is_a_disagreement() -> None:
    there = [(1.0, 2.0), (1.0, 3.0), (4.0, 5.0)]
    require_found("other", [(1.0 + 1e-12, 3.0)], there)
    with pytest.raises(Disagreement, match=r"value 1.0 and gradient 5.0"):
        require_found("other", [(1.0, 5.0)], there)


@pytest.mark.parametrize("theirs", [[1.0], [1.0, 2.1], [1.0, float("nan")]])
def test_other_numbers_are_a_disagreement(theirs: list[float]) -> None:
    with pytest.raises(Disagreement, match="gradients"):
        require_equal("other", "gradients", [1.0, 2.0], theirs)


def test_a_ratio_is_the_median_of_the_ratios_within_a_round() -> None:
    contest = Contest("a question", {"ours": int}, {"theirs": int}, {("ours", "theirs"): 20.0})
    lines = list(table(contest, {"ours": [1.0, 10.0, 1.0], "theirs": [30.0, 100.0, 5.0]}))
    assert lines[-1].strip() == "ours : theirs = 10.0× (5.00× to 30.0×)   goal 20×: MISSED"


def test_who_was_stopped_is_at_least_so_many_times_slower() -> None:
    taken = {"ours": [0.5, 0.25], "theirs": [None, None]}
    contest = of_other_programs("a question", ["ours"], taken, bound=60.0, goal=100.0)
    lines = [line.strip() for line in table(contest, contest.taken)]
    assert lines[2].split() == ["theirs", ">", "60", "s", "stopped"]
    assert lines[-1] == "ours : theirs = > 180× (120× to 240×)   goal 100×: reached"


def test_the_encodings_are_read_back_to_the_same_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    if not shutil.which("node"):
        pytest.skip("needs Node")
    assert main(["--quick", "encoding"]) == 0
    printed = capsys.readouterr().out
    assert "in JavaScript" in printed and "packed, structure known : rows" in printed
    assert re.search(r"bytes: packed, structure known [\d,]+, packed, first [\d,]+, binary [\d,]+", printed)


def test_the_same_graph_goes_to_all_who_draw_it() -> None:
    drawn = graphs.drawn("x = [1.0, 2.0]\ny = sum(x * x)")
    names = [name for name, _ in drawn.nodes]
    assert all(source in names and target in names for source, target in drawn.edges)
    lists = drawn.as_lists()
    assert [each["id"] for each in lists["nodes"]] == names
    assert [(each["source"], each["target"]) for each in lists["edges"]] == drawn.edges
    assert drawn.title == f"{len(drawn.nodes)} nodes, {len(drawn.edges)} edges"


def test_a_model_for_netron_has_every_node_and_every_edge(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    drawn = graphs.drawn("x = [1.0, 2.0]\ny = sum(x * x)")
    drawn.write_onnx(tmp_path / "net.onnx")
    graph = onnx.load(str(tmp_path / "net.onnx")).graph
    assert sorted([*(op.name for op in graph.node), *(each.name for each in graph.input)]) == sorted(dict(drawn.nodes))
    assert sorted((source, op.name) for op in graph.node for source in op.input) == sorted(drawn.edges)
