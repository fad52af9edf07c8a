"""Run the example notebooks anew and store what they show.

    python -m tests.notebooks

Prose and code are edited in the notebooks themselves.  What is stored does not depend on when and where it was run:
no counts, no times, and of the metadata only which kernel it is.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "worked_examples" / "notebooks"
NOTEBOOKS = tuple(FOLDER / f"{name}.ipynb" for name in ("student", "instructor", "ml-engineer"))
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def executed(path: Path) -> str:
    """The notebook as it is stored after it was run on a kernel of this Python."""
    from nbclient import NotebookClient

    nbformat: Any = import_module("nbformat")  # it has no annotations
    book = nbformat.read(path, as_version=4)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    client = NotebookClient(book, timeout=60, kernel_name="python3", coalesce_streams=True,
                            resources={"metadata": {"path": str(path.parent)}})  # fmt: skip
    client.execute()
    book.metadata = nbformat.from_dict(_METADATA)
    for cell in book.cells:
        cell.metadata = {}
        if cell.cell_type == "code":
            cell.execution_count = None
            for output in cell.outputs:
                output.pop("execution_count", None)
                if output.output_type == "execute_result":
                    output.execution_count = None
                    output.metadata = {}
    return json.dumps(json.loads(nbformat.writes(book)), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main(names: list[str]) -> None:
    """Run those that are named, or all; ``-`` writes one to stdout instead."""
    for path in NOTEBOOKS:
        if not names or path.stem in names:
            text = executed(path)
            if "-" in names:
                sys.stdout.buffer.write(text.encode("utf-8"))
            else:
                path.write_text(text, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
