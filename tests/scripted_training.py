"""Stands for ``main.py train style`` and ``train speed`` in tests of the window: says and writes what a test scripted.

The script is ``$GOUACHE_SCRIPT``, JSON: "check" (a sentence that ``--check`` fails with), "refused" (reasons by file),
"problem" (of all pictures), "wait" (seconds between the steps), "die" (the step before which it leaves without a word)
and "fail" (why it ends).
"""

# ruff: noqa: T201 (it is a command line)

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image

from inference.trainings import (
    PROGRESS,
    RUN,
    STOP,
    Speed,
    Stage,
    own_state,
    read_order,
    read_state,
    style_file,
    write_speed,
    write_state,
)

STEPS = 20


def main() -> int:
    said = json.loads(os.environ["GOUACHE_SCRIPT"])
    given = sys.argv[1:]
    if given[:2] == ["train", "speed"]:
        write_speed("sprites", Speed(step=0.5, sample=6, around=30))
        print("{}")
        return 0
    folder = Path(given[2])
    if "--check" in given:
        return check(folder, said)
    return train(folder, said)


def check(folder: Path, said: dict) -> int:
    if isinstance(said.get("check"), str):
        print(f"gouache: {said['check']}", file=sys.stderr)
        return 2
    refused, order = said.get("refused", {}), read_order(folder)
    pictures = [
        {
            "file": f"pictures/{path.name}",
            "caption": order.captions.get(f"pictures/{path.name}", path.stem),
            "used": order.overrides.get(f"pictures/{path.name}", path.name not in refused),
            "reasons": [refused[path.name]] if path.name in refused else [],
        }
        for path in sorted((folder / "pictures").glob("*.png"))
    ]
    print(json.dumps({"pictures": pictures, "problem": said.get("problem"), "obstacles": []}))
    return 0


def train(folder: Path, said: dict) -> int:
    run, wait = folder / RUN, said.get("wait", 0.0)
    (run / "samples").mkdir(parents=True, exist_ok=True)
    write_state(folder, own_state(Stage.LEARNING, read_state(folder).seconds))
    for step in range(1, STEPS + 1):
        time.sleep(wait)
        if (run / STOP).exists():
            (run / STOP).unlink()
            write_state(folder, end(Stage.STOPPED))
            return 130
        if said.get("die") == step:
            os._exit(9)
        report = {"step": step, "steps": STEPS, "loss": 1 / step, "rate": 2.0, "seconds_left": (STEPS - step) / 2}
        if step % 10 == 0:
            report["sample"] = f"samples/step-{step:08d}.png"
            Image.new("RGB", (64, 32), (10 * step, 90, 90)).save(run / str(report["sample"]))
        with (run / PROGRESS).open("a") as file:
            file.write(json.dumps(report) + "\n")
    if said.get("fail"):
        write_state(folder, end(Stage.FAILED, said["fail"]))
        return 1
    order, name = read_order(folder), folder.name
    style = {"name": name, "title": order.title, "template": f"{{prompt}}, {order.word} style", "models": ["sprites"]}
    style_file(name).parent.mkdir(parents=True, exist_ok=True)
    style_file(name).write_text(json.dumps(style))
    write_state(folder, end(Stage.DONE))
    return 0


def end(stage: Stage, message: str = ""):
    return replace(own_state(stage, 12.0), pid=0, message=message)


if __name__ == "__main__":
    sys.exit(main())
