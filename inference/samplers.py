"""The samplers by name: which diffusers scheduler each is, and with what settings. A table; nothing heavy here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inference.errors import UnknownName


@dataclass(frozen=True)
class SamplerSpec:
    """A sampler.

    Attributes:
        title: its name in A1111's ``parameters``.
        scheduler: class in diffusers.
        settings: what it sets over the model's own scheduler config.
        noisy: draws noise at each step (its pictures do not converge with more steps).
        tamed: spends its steps by noise level, or averages over it, and so must not meet the enormous levels of a
            schedule that ends in pure noise (see ``schedulers.zero_snr_betas``).
    """

    title: str
    scheduler: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    noisy: bool = False
    tamed: bool = False


_KARRAS = {"use_karras_sigmas": True}
_SDE = {"algorithm_type": "sde-dpmsolver++"}
_SINGLE_SDE = {**_SDE, "lower_order_final": True}
_MULTISTEP = "DPMSolverMultistepScheduler"

SAMPLERS: Mapping[str, SamplerSpec] = {
    "ddim": SamplerSpec("DDIM", "DDIMScheduler"),
    "ddpm": SamplerSpec("DDPM", "DDPMScheduler", noisy=True),
    "pndm": SamplerSpec("PLMS", "PNDMScheduler", {"skip_prk_steps": True}),
    "euler": SamplerSpec("Euler", "EulerDiscreteScheduler"),
    "euler-a": SamplerSpec("Euler a", "EulerAncestralDiscreteScheduler", noisy=True),
    "heun": SamplerSpec("Heun", "HeunDiscreteScheduler", tamed=True),
    "dpm++2m": SamplerSpec("DPM++ 2M", _MULTISTEP, {"algorithm_type": "dpmsolver++"}),
    "dpm++2m-karras": SamplerSpec(
        "DPM++ 2M Karras", _MULTISTEP, {"algorithm_type": "dpmsolver++", **_KARRAS}, tamed=True
    ),
    "dpm++2m-sde": SamplerSpec("DPM++ 2M SDE", _MULTISTEP, _SDE, noisy=True),
    "dpm++2m-sde-karras": SamplerSpec("DPM++ 2M SDE Karras", _MULTISTEP, {**_SDE, **_KARRAS}, noisy=True, tamed=True),
    "dpm++sde": SamplerSpec("DPM++ SDE", "DPMSolverSinglestepScheduler", _SINGLE_SDE, noisy=True),
    "dpm++sde-karras": SamplerSpec(
        "DPM++ SDE Karras", "DPMSolverSinglestepScheduler", {**_SINGLE_SDE, **_KARRAS}, noisy=True, tamed=True
    ),
    "unipc": SamplerSpec("UniPC", "UniPCMultistepScheduler"),
    "lcm": SamplerSpec("LCM", "LCMScheduler", noisy=True),
    "tcd": SamplerSpec("TCD", "TCDScheduler", noisy=True),
}


def sampler(name: str) -> SamplerSpec:
    """The sampler of that name. Raises UnknownName with the near ones."""
    try:
        return SAMPLERS[name.lower()]
    except KeyError:
        raise UnknownName("sampler", name, SAMPLERS) from None


def title_of(name: str) -> str:
    """The sampler's title, or the name itself when it is not one of ours."""
    spec = SAMPLERS.get(name)
    return spec.title if spec else name


def name_for(config: Mapping[str, Any]) -> str:
    """The name of the sampler that a model's scheduler config asks for; "ddim" when diffusers' class is not ours.

    Models saved with PNDM, as Stable Diffusion 1 was, get DPM++ 2M: it needs fewer steps, and diffusers' PNDM tells the
    model too little noise when it starts from a picture.
    """
    wanted = config.get("_class_name", "")
    if wanted == "PNDMScheduler":
        return "dpm++2m"
    fits = [name for name, spec in SAMPLERS.items() if spec.scheduler == wanted]
    karras = bool(config.get("use_karras_sigmas"))
    sde = str(config.get("algorithm_type", "")).startswith("sde")
    for name in fits:
        spec = SAMPLERS[name]
        wants_karras = bool(spec.settings.get("use_karras_sigmas"))
        wants_sde = str(spec.settings.get("algorithm_type", "")).startswith("sde")
        if (wants_karras, wants_sde) == (karras, sde):
            return name
    return fits[0] if fits else "ddim"
