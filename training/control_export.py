"""What was taught to read drawings, as a ControlNet's folder that the engine uses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from inference.control_card import PICTURE, SKETCH, write_card
from inference.errors import ModelRefused
from inference.files import replace_folder
from inference.manifest import Family
from training.control_net import DrawnSketch
from training.export import TRACED_LATENT, PartExport, PartReport, Precision, export_part


def drawn_sketch_part(net: DrawnSketch) -> PartExport:
    """The network with free batch, size and number of words."""
    config: Any = net.config

    def draw(batch: int, height: int, wide: int, sequence: int, seed: int) -> dict[str, Tensor]:
        generator = torch.Generator().manual_seed(seed)
        side = config.factor
        return {
            "encoder_hidden_states": torch.randn((batch, sequence, config.cross_attention_dim), generator=generator),
            PICTURE: torch.rand((batch, 3, height * side, wide * side), generator=generator),
        }

    return PartExport(
        name="controlnet",
        module=net.float().eval(),
        config=dict(config),
        inputs=draw(2, TRACED_LATENT, TRACED_LATENT, 24, 0),
        outputs=(SKETCH,),
        axes={
            "encoder_hidden_states": {0: "batch", 1: "sequence"},
            PICTURE: {0: "batch", 2: "picture_height", 3: "picture_width"},
            SKETCH: {0: "batch", 2: "height", 3: "width"},
        },
        probes=(draw(1, 16, 16, 24, 1), draw(3, 11, 18, 48, 2)),
    )


def export_control(
    source: Path,
    target: Path,
    *,
    kind: str,
    title: str,
    licence: str = "",
    precision: Precision = Precision.HALF_WEIGHTS,
) -> PartReport:
    """Write the ControlNet in ``source``, a run's ``control``, as ``target``; what is there is replaced.

    Raises:
        ModelRefused: when there is none. ExportFailed: when the graph does not do what the network does.
    """
    if not (source / "config.json").is_file():
        raise ModelRefused(f"{source} holds no ControlNet.", hint="Train one with `train control`.")
    net = DrawnSketch.from_pretrained(source, local_files_only=True)
    with replace_folder(target) as draft:
        report = export_part(drawn_sketch_part(net), draft, precision)
        told = {key: value for key, value in vars(report).items() if key != "part"}
        write_card(
            draft,
            title=title,
            family=Family.OWN,
            kind=kind,
            precision=precision.value,
            licence=licence,
            export=told,
        )
    return report
