"""Trainings of styles: what a window and the process that trains tell each other, by files in a folder for each.

``trainings/NAME`` in the user's folder is also a dataset (``pictures/``, ``dataset.jsonl``) and holds ``order.json``
(what was asked for), ``state.json`` (how far it is), ``run/`` (progress, samples, checkpoints) and ``log.txt``. The
finished style is ``styles/NAME.json`` with its model beside it in ``styles/NAME``.
"""

from __future__ import annotations

import contextlib
import enum
import json
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil

from inference.api import DEFAULT_MODEL
from inference.errors import BadRequest
from inference.files import write_text
from inference.machine import physical_cores
from inference.resources import cache_folder, user_folder
from inference.styles import load_styles

ORDER, STATE, LOG, PICTURES = "order.json", "state.json", "log.txt", "pictures"
RUN, STOP, PROGRESS = "run", "stop", "progress.jsonl"
"""The run's folder, and in it the file that asks it to stop and the one that it reports to (see docs/training.md)."""
VERSION = 1
FEWEST = 3
"""Pictures that a style is taught from: fewer do not tell the style from what they show."""
LONGEST_TITLE = 40
STARTING_SECONDS = 90
"""After which a process that was started and has not said a word is taken for dead."""
_RESERVED = frozenset(("con", "prn", "aux", "nul"))


class Effort(enum.Enum):
    """How long to learn."""

    QUICK = "quick"
    NORMAL = "normal"
    THOROUGH = "thorough"

    @property
    def steps(self) -> int:
        """Steps of ``BATCH`` pictures."""
        return {Effort.QUICK: 300, Effort.NORMAL: 800, Effort.THOROUGH: 2000}[self]


BATCH = 8
SAMPLES = 5
"""Times that sample pictures are made in a run."""


class Stage(enum.Enum):
    """How far a training is."""

    DRAFT = "draft"
    STARTING = "starting"
    CHECKING = "checking"
    PREPARING = "preparing"
    LEARNING = "learning"
    EXPORTING = "exporting"
    STOPPED = "stopped"
    FAILED = "failed"
    CUT_OFF = "cut off"
    """Its process is gone without a word."""
    DONE = "done"

    @property
    def running(self) -> bool:
        """True while a process is at it."""
        return self in _RUNNING


_RUNNING = (Stage.STARTING, Stage.CHECKING, Stage.PREPARING, Stage.LEARNING, Stage.EXPORTING)


@dataclass(frozen=True, kw_only=True)
class Order:
    """What was asked for.

    Attributes:
        title: the style's name for people; its file's name and the words in prompts are made of it.
        model: name of the installed model that is taught.
        licence: SPDX identifier, "own", or "unknown".
        captions: what a person says that a picture shows, by its file below the training's folder.
        overrides: a person's word on using a picture, which the rules do not change.
    """

    title: str = ""
    model: str = DEFAULT_MODEL
    effort: Effort = Effort.NORMAL
    source: str = ""
    licence: str = "own"
    author: str = ""
    captions: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[str, bool] = field(default_factory=dict)

    @property
    def word(self) -> str:
        """What the style is called in prompts: letters, digits and hyphens, without "style" at its end."""
        plain = "".join(letter if letter.isalnum() or letter == "-" else " " for letter in self.title.lower())
        words = " ".join(plain.split()).removesuffix("风格").strip()
        return words.removesuffix(" style").strip() or words

    @property
    def name(self) -> str:
        """Of the style and of its files; "" when the title has no letter."""
        name = "-".join(self.word.replace("-", " ").split())
        return f"{name}-style" if name in _RESERVED else name


@dataclass(frozen=True, kw_only=True)
class State:
    """How far a training is.

    Attributes:
        pid: of the process that is at it; 0 for none.
        began: when that process was made, seconds since 1970: numbers of processes are used again.
        told: when this was written.
        message, hint: what went wrong, in the words of ``GouacheError``.
        seconds: of work so far, over all its processes.
        seen: the user was told of its end.
    """

    stage: Stage = Stage.DRAFT
    pid: int = 0
    began: float = 0.0
    told: float = 0.0
    message: str = ""
    hint: str = ""
    seconds: float = 0.0
    seen: bool = False

    @property
    def alive(self) -> bool:
        """True when its process lives."""
        if not self.stage.running:
            return False
        if not self.pid:
            return time.time() - self.told < STARTING_SECONDS
        try:
            process = psutil.Process(self.pid)
            return abs(process.create_time() - self.began) < 2 and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False


@dataclass(frozen=True, kw_only=True)
class Training:
    """A training as its folder says it is."""

    folder: Path
    order: Order
    state: State

    @property
    def name(self) -> str:
        """Of the style that it makes."""
        return self.folder.name


def trainings_folder() -> Path:
    """Where all trainings lie."""
    return user_folder() / "trainings"


def draft_folder() -> Path:
    """The pictures that are being chosen for the next one."""
    return trainings_folder() / ".draft"


def all_trainings() -> list[Training]:
    """All that were started, the newest first; folders that cannot be read are passed over."""
    found = []
    for folder in trainings_folder().glob("[!.]*") if trainings_folder().is_dir() else ():
        with contextlib.suppress(BadRequest, OSError):
            found.append((folder.stat().st_ctime, read_training(folder)))
    return [training for _, training in sorted(found, key=lambda each: each[0], reverse=True)]


def read_training(folder: Path) -> Training:
    """A training; ``CUT_OFF`` when its process is gone without a word.

    Raises:
        BadRequest: when there is none.
    """
    state = read_state(folder)
    if state.stage.running and not state.alive:
        state = replace(state, stage=Stage.CUT_OFF)
    return Training(folder=folder, order=read_order(folder), state=state)


def read_order(folder: Path) -> Order:
    """What was asked for.

    Raises:
        BadRequest: when it cannot be read.
    """
    try:
        said = json.loads((folder / ORDER).read_text("utf-8"))
        if said["version"] > VERSION:
            raise BadRequest(f"The training {folder} was made by a newer Gouache.", hint="Update the program.")
        texts = {name: str(said.get(name, "")) for name in ("title", "source", "author")}
        return Order(
            **texts,
            model=str(said.get("model", DEFAULT_MODEL)),
            licence=str(said.get("licence", "")) or "unknown",
            effort=Effort(said.get("effort", Effort.NORMAL.value)),
            captions={str(file): str(text) for file, text in said.get("captions", {}).items()},
            overrides={str(file): bool(kept) for file, kept in said.get("overrides", {}).items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadRequest(
            f"{folder / ORDER} cannot be read.", hint="Delete this training and start anew.", detail=str(error)
        ) from error


def write_order(folder: Path, order: Order) -> None:
    """Write what is asked for."""
    said = {"version": VERSION, **asdict(order), "effort": order.effort.value}
    write_text(folder / ORDER, json.dumps(said, ensure_ascii=False, indent=1) + "\n")


def read_state(folder: Path) -> State:
    """How far it is; a draft when nothing is said."""
    try:
        said: dict[str, Any] = json.loads((folder / STATE).read_text("utf-8"))
        return State(
            stage=Stage(said["stage"]),
            pid=int(said.get("pid", 0)),
            began=float(said.get("began", 0)),
            told=float(said.get("told", 0)),
            message=str(said.get("message", "")),
            hint=str(said.get("hint", "")),
            seconds=float(said.get("seconds", 0)),
            seen=bool(said.get("seen")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return State()


def write_state(folder: Path, state: State) -> None:
    """Write how far it is."""
    said = {**asdict(replace(state, told=time.time())), "stage": state.stage.value}
    write_text(folder / STATE, json.dumps(said, ensure_ascii=False) + "\n")


def own_state(stage: Stage, seconds: float = 0.0) -> State:
    """The state of a training that this very process is at."""
    me = psutil.Process()
    return State(stage=stage, pid=me.pid, began=me.create_time(), seconds=seconds)


def check_title(order: Order) -> None:
    """Raise BadRequest when the style cannot be called so."""
    if not order.title.strip():
        raise BadRequest("The style has no name.", hint="Give it one.")
    if not order.name or len(order.title.strip()) > LONGEST_TITLE:
        raise BadRequest(f"A style cannot be called '{order.title.strip()}'.", hint="Use up to 40 letters and digits.")
    if order.name in load_styles() or (trainings_folder() / order.name).exists():
        raise BadRequest(
            f"There is a style named '{order.title.strip()}' already.",
            hint="Choose another name, or delete that style first.",
        )


def style_file(name: str) -> Path:
    """The file of a trained style."""
    return user_folder() / "styles" / f"{name}.json"


def style_model(name: str) -> Path:
    """The folder of its model, beside it."""
    return user_folder() / "styles" / name


def delete_training(training: Training) -> None:
    """Delete a training with all that it made, the style first, so that nothing offers what is half gone.

    Raises:
        BadRequest: while it runs, or when a file cannot be deleted.
    """
    if training.state.alive:
        raise BadRequest(f"'{training.order.title}' is being trained.", hint="Stop it first.")
    try:
        style_file(training.name).unlink(missing_ok=True)
        for folder in (style_model(training.name), training.folder):
            if folder.is_dir():
                shutil.rmtree(folder)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadRequest(
            f"'{training.order.title}' could not be deleted as a whole: {reason}.",
            hint="Close the program and try again.",
        ) from error


def usual_threads() -> int:
    """Cores to train with: as the environment says (OMP_NUM_THREADS), else all but one.

    On a core that others use too, torch's threads wait for each other: two on two busy cores took 40 times as long.
    """
    said = os.environ.get("OMP_NUM_THREADS", "")
    return int(said) if said.isascii() and said.isdigit() and int(said) else max(1, physical_cores() - 1)


# How long it takes


@dataclass(frozen=True, kw_only=True)
class Speed:
    """What this machine was measured to need.

    Attributes:
        step: seconds for a step of ``BATCH`` pictures.
        sample: seconds for sample pictures.
        around: seconds before the first step and after the last one: programs and models loaded, the model written.
    """

    step: float
    sample: float
    around: float

    def seconds(self, effort: Effort) -> float:
        """What a training takes."""
        return self.around + effort.steps * self.step + SAMPLES * self.sample


def speeds_file() -> Path:
    """Where speeds are kept."""
    return cache_folder() / "training-speeds.json"


def read_speed(model: str) -> Speed | None:
    """What was measured for a model with the usual threads; None when nothing was."""
    try:
        said = json.loads(speeds_file().read_text("utf-8"))[_speed_key(model)]
        speed = Speed(**{name: float(said[name]) for name in ("step", "sample", "around")})
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return speed if all(0 <= value < 1e6 for value in asdict(speed).values()) else None


def write_speed(model: str, speed: Speed) -> None:
    """Remember what was measured; a cache that cannot be written is no harm."""
    try:
        said = json.loads(speeds_file().read_text("utf-8"))
    except (OSError, ValueError):
        said = {}
    with contextlib.suppress(BadRequest):
        write_text(
            speeds_file(), json.dumps({**(said if isinstance(said, dict) else {}), _speed_key(model): asdict(speed)})
        )


def _speed_key(model: str) -> str:
    return f"{model} {usual_threads()}"
