"""The benchmarks run and agree; what is measured is no test's business.  Peers that are not installed are left out."""

import pytest

from benchmarks import layout
from benchmarks.__main__ import QUESTIONS, main
from benchmarks.agreement import Disagreement, require_equal, require_found
from benchmarks.timing import Contest, table


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_is_answered_by_a_table(question: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--quick", question]) == 0
    printed = capsys.readouterr().out
    if question == "layout" and not (layout.FOLDER / "node_modules").is_dir():
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
