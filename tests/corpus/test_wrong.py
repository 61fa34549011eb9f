"""Programs that are wrong: what is said of each, and where."""

from pathlib import Path

import pytest

from app.lang.errors import CODES
from tests.lang.tools import problems

WRONG = []
for part in (Path(__file__).parent / "wrong.txt").read_text(encoding="utf-8").split("#: ")[1:]:
    head, _, source = part.partition("\n")
    code, _, place = head.partition(" ")
    WRONG.append((source.rstrip("\n"), code, tuple(map(int, place.split(":")))))


@pytest.mark.parametrize(("source", "code", "place"), WRONG, ids=[source[:60] for source, _, _ in WRONG])
def test_a_mistake_has_its_code_and_its_place(source: str, code: str, place: tuple[int, int]) -> None:
    first = problems(source)[0]
    assert first.code == code
    assert (first.span[:2] if first.span else (0, 0)) == place
    assert first.hint


def test_there_are_enough_mistakes_of_every_kind() -> None:
    assert len(WRONG) >= 150
    assert {code for _, code, _ in WRONG} <= set(CODES)
    assert len({code for _, code, _ in WRONG}) >= 10
