"""What a load run is about: written to a file by the command, read by every Locust process."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from scenarios.world import Worlds, build

FOLDER = Path("var/load")
VARIABLE = "LOAD_PLAN"


@dataclass(frozen=True)
class LoadPlan:
    """Where the fakes are, and from which seed their worlds and all edits are drawn."""

    xpm_url: str
    ignition_url: str
    seed: int
    practices: int
    size: int
    users: int
    folder: str

    def worlds(self) -> Worlds:
        """Return the worlds that the fakes were loaded with."""
        return build(self.seed, clients=self.size, practices=self.practices)

    def write(self) -> Path:
        """Write the plan where `read` finds it, and return where that is."""
        folder = Path(self.folder)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "plan.json"
        path.write_text(json.dumps(asdict(self), indent=2), "utf-8")
        return path

    @property
    def stats_path(self) -> Path:
        """Where Locust writes what it measured."""
        return Path(self.folder) / "stats.json"

    def done_path(self, practice: int) -> Path:
        """Return where it is noted that a practice's work is done."""
        return Path(self.folder) / f"done-{practice}.json"


def read() -> LoadPlan:
    """Return the plan of the run under way. Raises FileNotFoundError when `make load` made none."""
    path = Path(os.environ.get(VARIABLE, FOLDER / "plan.json"))
    return LoadPlan(**json.loads(path.read_text("utf-8")))
