"""Coverage-guided fuzzing of the language: any text is a program or a list of problems, in time, and nothing else.

`python -m tests.lang.fuzz SECONDS` starts from the programs of the corpus; it ends with code 0, or with the text that
broke something.  Needs atheris, which `run.py fuzz` installs where there is a build of it.  A text is a run of lines,
each a line of some program, or of its words in another order; so most of what is tried parses.
"""

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["app.lang", "app.engine"], enable_loader_override=False):
    from app.engine.budget import Budget
    from app.engine.errors import EngineError
    from app.engine.run import backprop
    from app.lang import trace
    from app.lang.errors import CODES, LangError

from tests.corpus.read import HERE, everything

SECONDS = 2.0
"""What one program may take."""
LATE = 1.0
"""And how much more until it has stopped, in processor time: other work on the machine is not counted."""
SMALL = {"elements": 10_000, "total_elements": 100_000, "nodes": 2_000}
LONGEST = 400
TOLD = 1000
"""Texts between two lines of counts."""


def lines_of(sources: Sequence[str]) -> list[str]:
    """Every line of the programs, once."""
    return list(dict.fromkeys(line for source in sources for line in source.split("\n") if line.strip()))


class Target:
    """What atheris calls, with the counts that are told at the end."""

    def __init__(self) -> None:
        wrong = (HERE / "wrong.txt").read_text(encoding="utf-8").split("#: ")[1:]
        self.programs = [*(each.source for each in everything()), *(each.partition("\n")[2] for each in wrong)]
        self.lines = lines_of(self.programs)
        self.start = time.monotonic()
        self.tried = self.ran = self.refused = 0
        self.slowest = 0.0

    def __call__(self, data: bytes) -> None:
        """Try one text.  Raises whatever must not be."""
        source = self.source(atheris.FuzzedDataProvider(data))
        self.tried += 1
        start = time.process_time()
        try:
            self.attempt(source, start)
        except BaseException:
            print(f"\nbroken by {source!r}", file=sys.stderr, flush=True)
            raise
        if self.tried % TOLD == 0:
            print(self.told(), flush=True)
        took = time.process_time() - start
        self.slowest = max(self.slowest, took)
        if took > SECONDS + LATE:
            raise AssertionError(f"{took:.1f} s for {source!r}")

    def source(self, given: atheris.FuzzedDataProvider) -> str:
        """A text: as it comes; lines of programs; or a program of which some lines are others."""
        how = given.ConsumeIntInRange(0, 9)
        if how == 0:
            return str(given.ConsumeUnicodeNoSurrogates(LONGEST))
        if how < 3:
            return "\n".join(self.some_lines(given, LONGEST))
        found = self.programs[given.ConsumeIntInRange(0, len(self.programs) - 1)].split("\n")
        for line in self.some_lines(given, given.ConsumeIntInRange(1, 40)):
            at = given.ConsumeIntInRange(0, len(found))
            found[at : at + given.ConsumeIntInRange(0, 2)] = [line]
        return "\n".join(found)

    def some_lines(self, given: atheris.FuzzedDataProvider, most: int) -> list[str]:
        """Lines of programs, some of them changed, of about `most` characters."""
        found: list[str] = []
        while given.remaining_bytes() and sum(map(len, found)) < most:
            line = self.lines[given.ConsumeIntInRange(0, len(self.lines) - 1)]
            how = given.ConsumeIntInRange(0, 7)
            if how == 0:
                line = f"{line[: given.ConsumeIntInRange(0, len(line))]}{given.ConsumeUnicodeNoSurrogates(4)}"
            elif how == 1:
                other = self.lines[given.ConsumeIntInRange(0, len(self.lines) - 1)]
                line = f"{line.split('=')[0]}= {other.split('=')[-1].strip()}"
            elif how == 2:
                line = "    " + line.strip()
            found.append(line)
        return found

    def attempt(self, source: str, start: float) -> None:
        """Trace it and go backward."""
        budget = Budget(**SMALL, deadline=lambda: SECONDS - (time.process_time() - start))
        try:
            program = trace(source, budget=budget)
            backprop(program.graph, program.output)
            self.ran += 1
        except LangError as error:
            assert all(each.code in CODES and each.message and each.hint for each in error.problems), error.problems
            self.refused += 1
        except EngineError:
            self.refused += 1

    def told(self) -> str:
        """The counts."""
        return json.dumps({"texts": self.tried, "ran": self.ran, "refused": self.refused,
                           "slowest": round(self.slowest, 2), "seconds": round(time.monotonic() - self.start)})


def main(seconds: int) -> None:
    """Fuzz for so long.  Never returns: the fuzzer ends the process."""
    target = Target()
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder)
        for i in range(300):
            (seeds / f"{i}").write_bytes(bytes((i * 7 + j * j * 31) % 256 for j in range(20 + i % 60)))
        atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", "-max_len=200", "-timeout=60", "-rss_limit_mb=2048",
                       "-print_final_stats=1", f"-artifact_prefix={folder}/", folder], target)  # fmt: skip
        atheris.Fuzz()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
