"""What made a picture, in a form that other programs read (A1111's ``parameters``) and in one that loses nothing."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from inference.errors import BadRequest
from inference.samplers import title_of
from inference.version import VERSION

RECIPE_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A picture's recipe. All values are resolved: nothing is left to a default.

    Attributes:
        kind: "generate", "inpaint" or "vary".
        model_hash: SHA-256 over the hashes of the model's parts.
        prompt: as the user wrote it; ``style`` is applied to it when the picture is made.
        width, height: the size at which the model ran.
        backend: runtime, version and provider that did the arithmetic.
        source: SHA-256 of the pixels that an inpainting or variation started from, or "".
        extra: settings that only one kind has.
        notices: what happened on the way (words that the model does not know, rungs of the memory ladder).
    """

    kind: str
    model: str
    model_hash: str
    prompt: str
    negative: str
    style: str | None
    seed: int
    steps: int
    guidance: float
    scheduler: str
    width: int
    height: int
    clip_skip: int = 0
    variation_seed: int | None = None
    variation_strength: float = 0.0
    seamless: str = ""
    strength: float | None = None
    source: str = ""
    backend: str = ""
    extra: dict[str, Any] = dataclasses.field(default_factory=dict)
    notices: tuple[str, ...] = ()
    program: str = f"Gouache {VERSION}"
    version: int = RECIPE_VERSION

    def as_json(self) -> str:
        """All of it, keys sorted."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Recipe:
        """Read back what ``as_json`` wrote; unknown keys of newer versions are dropped.

        Raises:
            BadRequest: when it is not a recipe.
        """
        try:
            values = json.loads(text)
            known = {field.name for field in dataclasses.fields(cls)}
            values = {key: value for key, value in values.items() if key in known}
            values["notices"] = tuple(values.get("notices", ()))
            return cls(**values)
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise BadRequest(
                "The picture's recipe cannot be read.", hint="It may come from another program.", detail=str(error)
            ) from error

    def parameters(self) -> str:
        """The text that A1111 and the programs that read it know as ``parameters``."""
        settings = {
            "Steps": self.steps,
            "Sampler": title_of(self.scheduler),
            "CFG scale": f"{self.guidance:g}",
            "Seed": self.seed,
            "Size": f"{self.width}x{self.height}",
            "Model hash": self.model_hash[:10],
            "Model": self.model,
        }
        if self.strength is not None:
            settings["Denoising strength"] = f"{self.strength:g}"
        if self.clip_skip:
            settings["Clip skip"] = self.clip_skip + 1
        if self.variation_seed is not None:
            settings["Variation seed"] = self.variation_seed
            settings["Variation seed strength"] = f"{self.variation_strength:g}"
        if self.style:
            settings["Style Selector Style"] = self.style
        if self.seamless:
            settings["Tiling"] = self.seamless
        settings["Version"] = self.program
        lines = [self.prompt]
        if self.negative:
            lines.append(f"Negative prompt: {self.negative}")
        lines.append(", ".join(f"{key}: {_quoted(value)}" for key, value in settings.items()))
        return "\n".join(lines)


def _quoted(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if any(c in text for c in ',:\n"') else text
