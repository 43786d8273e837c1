"""What a load run is about: drawn up by the command, handed to every Locust process, written to a file."""

import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from scenarios.world import Worlds, build

FOLDER = Path("var/load")
VARIABLE = "LOAD_PLAN"
Shape = Literal["nightly", "monday", "soak", "ramp"]
Trouble = Literal["none", "mild", "rough"]
SHAPES: tuple[Shape, ...] = get_args(Shape)
TROUBLES: tuple[Trouble, ...] = get_args(Trouble)


class PlanError(ValueError):
    """There is no plan, or none that this version understands; says what is wrong, and the way out."""


@dataclass(frozen=True)
class LoadPlan:
    """Where the fakes are, and all that decides what a run does. What it does is a function of this alone.

    `users`, `seconds` and the URLs decide how fast it is done, and by whom; never what is done.
    """

    xpm_url: str
    ignition_url: str
    seed: int
    practices: int
    size: int
    """Clients of each practice."""
    users: int
    folder: str
    shape: Shape = "nightly"
    days: int = 1
    span: float = 6.0
    """Seconds over which a day's intended starts are spread."""
    changes: float = 2.0
    """How many of a hundred clients people edit a day, half of them on either side; two at least."""
    acceptances: int = 1
    """Proposals that clients of a practice accept a day, where the shape has any."""
    faults: Trouble = "none"
    limits: bool = False
    """Whether the real limits hold, on the fakes and in the syncer."""
    seconds: float = 300.0
    """After so long a run is broken off, and partial."""
    pids: tuple[int, ...] = ()
    """The fakes' processes, whose memory is watched; empty where somebody else started them."""

    def worlds(self) -> Worlds:
        """Return the worlds that the fakes are loaded with."""
        return build(self.seed, clients=self.size, practices=self.practices)

    def outline(self) -> Worlds:
        """Return the same practices, apps and ids without a client: all that a worker needs, in a second."""
        return build(self.seed, clients=0, practices=self.practices)

    def write(self) -> Path:
        """Write the plan where `read` finds it, and return where that is."""
        folder = Path(self.folder)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "plan.json"
        path.write_text(json.dumps(asdict(self), indent=2), "utf-8")
        return path

    @property
    def results_path(self) -> Path:
        """Where the process that leads a run writes what came of it."""
        return Path(self.folder) / "results.json"

    @property
    def records_path(self) -> Path:
        """Where the same process keeps what each practice came to in each phase, a line of JSON each."""
        return Path(self.folder) / "records.jsonl"


def from_json(document: Any) -> LoadPlan:
    """Return a plan from its JSON value. Raises PlanError for what is none."""
    names = {one.name for one in fields(LoadPlan)}
    if not isinstance(document, dict) or not document.keys() <= names:
        raise PlanError("this is no load plan of this version; start with: make load")
    try:
        return LoadPlan(**{**document, "pids": tuple(document.get("pids", ()))})
    except TypeError as error:
        raise PlanError(f"the load plan is not whole ({error}); start with: make load") from error


def read() -> LoadPlan:
    """Return the plan of the run under way. Raises PlanError when there is none."""
    path = Path(os.environ.get(VARIABLE, FOLDER / "plan.json"))
    try:
        return from_json(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise PlanError(
            f"there is no load plan at {path}: start with `make load`, which writes it and puts the fakes up"
        ) from error
    except ValueError as error:
        raise PlanError(f"{path} is no load plan ({error}); start with: make load") from error
