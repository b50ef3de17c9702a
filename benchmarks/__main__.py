"""`python -m benchmarks [NAME…]`: each benchmark prints one JSON object on its last line.

Everything they write is kept in `bench/NAME` of CDP_DATA; delete that folder to build it anew.
"""

import json
import sys
from importlib import import_module

# One row a benchmark: its name → a module with `run() -> dict`. A module is imported only when it is
# run, because it sets up a database and a lake of its own.
BENCHMARKS = {
    "tags": "benchmarks.tags",
    "growth": "benchmarks.growth",
    "load": "benchmarks.load",
    "xlsx": "benchmarks.xlsx",
    "export": "benchmarks.export",
    "mirror": "benchmarks.mirror",
    "oneid": "benchmarks.oneid",
    "preview": "benchmarks.preview",
    "pages": "benchmarks.pages",
    "persona": "benchmarks.persona",
    "profile": "benchmarks.profile",
    "explain": "benchmarks.explain",
    "refresh": "benchmarks.refresh",
    "febrl": "benchmarks.febrl",
    "match": "benchmarks.match",
    "ingest": "benchmarks.ingest",
    "spark": "benchmarks.spark",
}
# Those that need more than `make setup` installs are run when they are named.
NAMED_ONLY = {"spark"}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    for name in names or [name for name in BENCHMARKS if name not in NAMED_ONLY]:
        result = import_module(BENCHMARKS[name]).run()
        print(json.dumps({"benchmark": name, **result}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
