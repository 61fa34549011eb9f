"""Writes inputs.json: by program its output's name and the names of its inputs, as the app finds them."""

import json

from app.lang import trace
from tests.corpus.read import HERE, everything


def main() -> None:
    """Trace every program."""
    found = {}
    for program in everything():
        traced = trace(program.source)
        found[program.id] = traced.output_name, list(traced.inputs)
    text = json.dumps(found, indent=0, sort_keys=True, ensure_ascii=False)
    (HERE / "inputs.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
