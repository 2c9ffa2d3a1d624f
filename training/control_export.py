"""A small ControlNet that was trained here as a folder that the engine uses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from inference.control_card import DOWN, MID, PICTURE, write_card
from inference.errors import ModelRefused
from inference.files import replace_folder
from inference.manifest import Family
from training.control_net import SmallControlNet
from training.export import TRACED_LATENT, PartExport, PartReport, Precision, export_part


class _InARow(nn.Module):
    """Its outputs one after the other: the skip connections' in order, then the middle's."""

    def __init__(self, net: SmallControlNet) -> None:
        super().__init__()
        self.net = net

    def forward(
        self, sample: Tensor, timestep: Tensor, encoder_hidden_states: Tensor, picture: Tensor
    ) -> tuple[Tensor, ...]:
        down, middle = self.net(sample, timestep, encoder_hidden_states, picture)
        return (*down, middle)


def small_control_part(net: SmallControlNet) -> PartExport:
    """The network with free batch, size and number of words."""
    config: Any = net.config

    def draw(batch: int, height: int, wide: int, sequence: int, seed: int) -> dict[str, Tensor]:
        generator = torch.Generator().manual_seed(seed)
        factor = config.factor
        return {
            "sample": torch.randn((batch, config.in_channels, height, wide), generator=generator),
            "timestep": torch.tensor(float(300 + seed)),
            "encoder_hidden_states": torch.randn((batch, sequence, config.cross_attention_dim), generator=generator),
            PICTURE: torch.rand((batch, 3, height * factor, wide * factor), generator=generator),
        }

    outputs = (*(f"{DOWN}{i}" for i in range(len(net.joins))), MID)
    free = {"sample": {0: "batch", 2: "height", 3: "width"}, "encoder_hidden_states": {0: "batch", 1: "sequence"}}
    free |= {PICTURE: {0: "batch", 2: "picture_height", 3: "picture_width"}}
    return PartExport(
        name="controlnet",
        module=_InARow(net.float().eval()),
        config=dict(config),
        inputs=draw(2, TRACED_LATENT, TRACED_LATENT, 24, 0),
        outputs=outputs,
        axes=free | {name: {0: "batch", 2: f"{name}_height", 3: f"{name}_width"} for name in outputs},
        probes=(draw(1, 16, 16, 24, 1), draw(3, 12, 20, 48, 2)),
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
    net = SmallControlNet.from_pretrained(source, local_files_only=True)
    with replace_folder(target) as draft:
        report = export_part(small_control_part(net), draft, precision)
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
