"""Export a diffusers pipeline folder as an ONNX folder in the Hugging Face layout, and prove each part.

Every part is traced by the TorchScript exporter at opset 17, from an odd-sized latent: only then does a UNet
carry the size of its skip connections through the graph, so that any latent size works. Attention is written
as one ``com.microsoft::MultiHeadAttention`` node, which never materialises the score matrix.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor, nn
from transformers import CLIPTextModel, CLIPTextModelWithProjection
from transformers.utils import logging as transformers_logging

from inference.errors import BadRequest, GouacheError, ModelRefused
from inference.files import replace_folder
from inference.manifest import MANIFEST_FILE, MANIFEST_VERSION, hash_parts, latent_factor
from inference.pipelines import fit_preview
from inference.runtime import Runtime
from inference.words_file import read_words, write_words
from training.graph_files import halve_weights, save
from training.kinds import kind_in

OPSET = 17
TRACED_LATENT = 9


class Precision(Enum):
    """How weights are stored and in what the arithmetic runs."""

    FP32 = "fp32"
    FP16 = "fp16"
    HALF_WEIGHTS = "half-weights"
    """Weights stored in half precision and widened once at load: fp32 arithmetic, half the disk."""


class ExportFailed(GouacheError):
    """A part could not be exported, or what was exported does not agree with PyTorch."""


@dataclass(frozen=True, kw_only=True)
class PartReport:
    """How far one exported part is from PyTorch in fp32.

    ``largest`` is the largest absolute difference over all outputs, ``relative`` that difference divided by
    the root mean square of the PyTorch output it was found in.
    """

    part: str
    largest: float
    relative: float
    bytes: int


@dataclass(frozen=True, kw_only=True)
class PartExport:
    """One part: the module to trace, example inputs, and which axes are free."""

    name: str
    module: nn.Module
    config: dict[str, Any]
    inputs: dict[str, Tensor]
    outputs: tuple[str, ...]
    axes: dict[str, dict[int, str]]
    probes: tuple[dict[str, Tensor], ...] = ()


class _FusedAttention(torch.autograd.Function):
    """Scaled dot product attention that exports as a single onnxruntime node."""

    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor, heads: int) -> Tensor:
        batch, _, channels = query.shape

        def split(x: Tensor) -> Tensor:
            return x.view(batch, -1, heads, channels // heads).transpose(1, 2)

        out = nn.functional.scaled_dot_product_attention(split(query), split(key), split(value))
        return out.transpose(1, 2).reshape(batch, -1, channels)

    @staticmethod
    def symbolic(g: Any, query: Any, key: Any, value: Any, heads: int) -> Any:
        node = g.op("com.microsoft::MultiHeadAttention", query, key, value, num_heads_i=heads)
        return node.setType(query.type())


class FusedAttnProcessor:
    """diffusers attention processor for export. Stable Diffusion passes no attention mask; one is refused."""

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        temb: Tensor | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> Tensor:
        if attention_mask is not None:
            raise ExportFailed(
                "This model masks its attention, which the exporter cannot write.",
                hint="Export it with fused attention off.",
            )
        residual = hidden_states
        if attn.spatial_norm is not None:
            hidden_states = attn.spatial_norm(hidden_states, temb)
        picture_shape = hidden_states.shape if hidden_states.ndim == 4 else None
        if picture_shape is not None:
            hidden_states = hidden_states.flatten(2).transpose(1, 2)
        if attn.group_norm is not None:
            hidden_states = attn.group_norm(hidden_states.transpose(1, 2)).transpose(1, 2)
        context = hidden_states if encoder_hidden_states is None else encoder_hidden_states
        if encoder_hidden_states is not None and attn.norm_cross:
            context = attn.norm_encoder_hidden_states(context)
        out = _FusedAttention.apply(attn.to_q(hidden_states), attn.to_k(context), attn.to_v(context), attn.heads)
        out = attn.to_out[1](attn.to_out[0](out))
        if picture_shape is not None:
            out = out.transpose(-1, -2).reshape(picture_shape)
        if attn.residual_connection:
            out = out + residual
        return out / attn.rescale_output_factor


class _Text(nn.Module):
    """Text encoder with every hidden state as an output, so that clip skip is an index at run time."""

    def __init__(self, model: nn.Module, projected: bool) -> None:
        super().__init__()
        self.model = model
        self.projected = projected

    def forward(self, input_ids: Tensor) -> tuple[Tensor, ...]:
        out = self.model(input_ids=input_ids, output_hidden_states=True, return_dict=True)
        pooled = out.text_embeds if self.projected else out.pooler_output
        first = (pooled, out.last_hidden_state) if self.projected else (out.last_hidden_state, pooled)
        return (*first, *out.hidden_states)


class _UNet(nn.Module):
    """UNet with its optional conditions as plain inputs, in the order of ``names`` after the first three."""

    def __init__(self, model: UNet2DConditionModel, names: tuple[str, ...]) -> None:
        super().__init__()
        self.model = model
        self.names = names

    def forward(self, sample: Tensor, timestep: Tensor, encoder_hidden_states: Tensor, *extra: Tensor) -> Tensor:
        conditions = dict(zip(self.names, extra, strict=True))
        timestep_cond = conditions.pop("timestep_cond", None)
        return self.model(
            sample,
            timestep,
            encoder_hidden_states,
            timestep_cond=timestep_cond,
            added_cond_kwargs=conditions or None,
            return_dict=False,
        )[0]


class _Encoder(nn.Module):
    """Autoencoder's encoder: moments out (mean and log variance), drawing from them stays outside."""

    def __init__(self, vae: AutoencoderKL) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, sample: Tensor) -> Tensor:
        return self.vae._encode(sample)


class _Decoder(nn.Module):
    def __init__(self, vae: AutoencoderKL) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, latent_sample: Any) -> Tensor:
        return self.vae.decode(latent_sample, return_dict=False)[0]


def text_part(name: str, model: nn.Module, dtype: torch.dtype) -> PartExport:
    """A CLIP text encoder (with projection: SDXL's second)."""
    config: Any = model.config
    projected = isinstance(model, CLIPTextModelWithProjection)
    length = config.max_position_embeddings
    hidden = tuple(f"hidden_states.{i}" for i in range(config.num_hidden_layers + 1))
    outputs = (("text_embeds", "last_hidden_state") if projected else ("last_hidden_state", "pooler_output")) + hidden
    axes = {"input_ids": {0: "batch", 1: "sequence"}}
    for output in outputs:
        pooled = output in ("text_embeds", "pooler_output")
        axes[output] = {0: "batch"} if pooled else {0: "batch", 1: "sequence"}

    def ids(batch: int, width: int, seed: int) -> dict[str, Tensor]:
        generator = torch.Generator().manual_seed(seed)
        drawn = torch.randint(0, config.vocab_size - 2, (batch, width), generator=generator)
        drawn[:, -1] = config.eos_token_id
        return {"input_ids": drawn}

    return PartExport(
        name=name,
        module=_Text(model, projected),
        config=config.to_diff_dict() if hasattr(config, "to_diff_dict") else config.to_dict(),
        inputs=ids(2, length, 0),
        outputs=outputs,
        axes=axes,
        probes=(ids(1, length, 1), ids(3, max(2, length // 2), 2)),
    )


def unet_part(unet: UNet2DConditionModel, dtype: torch.dtype) -> PartExport:
    """The UNet: 4 or 9 (or any) input channels, SDXL's added conditions, LCM's guidance embedding."""
    config: Any = unet.config
    width = config.cross_attention_dim
    width = width if isinstance(width, int) else width[0]
    extra: dict[str, int] = {}
    if config.addition_embed_type == "text_time":
        time_ids = 6
        extra["text_embeds"] = config.projection_class_embeddings_input_dim - time_ids * config.addition_time_embed_dim
        extra["time_ids"] = time_ids
    elif config.addition_embed_type not in (None, "text"):
        raise ExportFailed(f"UNets with '{config.addition_embed_type}' conditioning are not supported.")
    if config.time_cond_proj_dim is not None:
        extra["timestep_cond"] = config.time_cond_proj_dim

    def draw(batch: int, height: int, wide: int, sequence: int, seed: int) -> dict[str, Tensor]:
        generator = torch.Generator().manual_seed(seed)

        def normal(*shape: int) -> Tensor:
            return torch.randn(shape, generator=generator).to(dtype)

        inputs = {
            "sample": normal(batch, config.in_channels, height, wide),
            "timestep": torch.tensor(float(300 + seed)),
            "encoder_hidden_states": normal(batch, sequence, width),
        }
        return inputs | {key: normal(batch, size) for key, size in extra.items()}

    free = {"sample": {0: "batch", 2: "height", 3: "width"}, "encoder_hidden_states": {0: "batch", 1: "sequence"}}
    free |= {key: {0: "batch"} for key in extra}
    return PartExport(
        name="unet",
        module=_UNet(unet, tuple(extra)),
        config=dict(config),
        inputs=draw(2, TRACED_LATENT, TRACED_LATENT, 77, 0),
        outputs=("out_sample",),
        axes=free | {"out_sample": {0: "batch", 2: "height", 3: "width"}},
        probes=(draw(1, 16, 16, 24, 1), draw(3, 17, 10, 77, 2)),
    )


def vae_parts(vae: AutoencoderKL, dtype: torch.dtype) -> list[PartExport]:
    """The autoencoder's two halves."""
    config: Any = vae.config
    factor = latent_factor(config)

    def normal(seed: int, *shape: int) -> Tensor:
        return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).to(dtype)

    def pixels(seed: int, batch: int, height: int, width: int) -> dict[str, Tensor]:
        return {"sample": normal(seed, batch, config.in_channels, height * factor, width * factor).clamp(-1, 1)}

    def latents(seed: int, batch: int, height: int, width: int) -> dict[str, Tensor]:
        return {"latent_sample": normal(seed, batch, config.latent_channels, height, width)}

    picture = {0: "batch", 2: "height", 3: "width"}
    small = {0: "batch", 2: "latent_height", 3: "latent_width"}
    encoder = PartExport(
        name="vae_encoder",
        module=_Encoder(vae),
        config=dict(config),
        inputs=pixels(0, 2, 3, 3),
        outputs=("latent_parameters",),
        axes={"sample": picture, "latent_parameters": small},
        probes=(pixels(1, 1, 8, 8), pixels(2, 3, 5, 4)),
    )
    decoder = PartExport(
        name="vae_decoder",
        module=_Decoder(vae),
        config=dict(config),
        inputs=latents(0, 2, TRACED_LATENT, TRACED_LATENT),
        outputs=("sample",),
        axes={"latent_sample": small, "sample": picture},
        probes=(latents(1, 1, 16, 16), latents(2, 3, 5, 8)),
    )
    return [encoder, decoder]


def _load_parts(source: Path, precision: Precision, fused: bool) -> Iterator[PartExport]:
    """The pipeline's parts one at a time, so that only one is in memory.

    The autoencoder stays in fp32 even for fp16 models: SDXL's overflows in half precision, and it is a small
    share of the time.
    """
    dtype = torch.float16 if precision is Precision.FP16 else torch.float32

    def load(cls: Any, folder: str, dtype: torch.dtype, **how: str) -> Any:
        return load_module(source, folder, cls, dtype, **how)

    def load_text(cls: Any, folder: str) -> Any:
        # The exporter writes the causal mask of fused attention in fp32, which does not fit an fp16 graph.
        return load(cls, folder, dtype, attn_implementation="eager")

    yield text_part("text_encoder", load_text(CLIPTextModel, "text_encoder"), dtype)
    if (source / "text_encoder_2").is_dir():
        yield text_part("text_encoder_2", load_text(CLIPTextModelWithProjection, "text_encoder_2"), dtype)
    unet = load(UNet2DConditionModel, "unet", dtype)
    if fused:
        unet.set_attn_processor(FusedAttnProcessor())
    yield unet_part(unet, dtype)
    del unet
    vae = load(AutoencoderKL, "vae", torch.float32)
    if fused:
        vae.set_attn_processor(FusedAttnProcessor())
    yield from vae_parts(vae, torch.float32)


def load_module(source: Path, folder: str, kind: Any, dtype: torch.dtype, **how: str) -> Any:
    """One module of a diffusers folder. Raises ModelRefused when its file lacks weights."""
    with _no_progress_bars():
        model, found = kind_in(source / folder, kind).from_pretrained(
            source / folder, local_files_only=True, use_safetensors=True, dtype=dtype, output_loading_info=True, **how
        )
    _refuse_missing_weights(source / folder, found["missing_keys"])
    return model.eval()


@contextmanager
def _no_progress_bars() -> Iterator[None]:
    """Keep transformers from drawing its own bars below ours."""
    shown = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            transformers_logging.enable_progress_bar()


def _custom_opsets(module: nn.Module) -> dict[str, int]:
    """The operator sets beside ONNX's own that ``module`` is written with; the exporter warns of unused ones."""
    fused = any(isinstance(getattr(part, "processor", None), FusedAttnProcessor) for part in module.modules())
    return {"com.microsoft": 1} if fused else {}


def _refuse_missing_weights(folder: Path, missing: Iterable[str]) -> None:
    """The libraries fill in random numbers for weights that a file lacks, and only warn."""
    names = sorted(missing)
    if names:
        raise ModelRefused(
            f"{folder} lacks {len(names)} weights, {names[0]} among them.",
            hint="The file may belong to another model; copy it again.",
        )


def trace(part: PartExport, folder: Path) -> None:
    """Write ``part`` as ``folder/model.onnx`` (with ``model.onnx_data`` beside it when it is large)."""
    part.module.eval()  # the exporter leaves a module in the mode that it found the outermost one in
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".trace-") as scratch:
        draft = Path(scratch) / "model.onnx"
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                part.module,
                tuple(part.inputs.values()),
                str(draft),
                dynamo=False,
                opset_version=OPSET,
                do_constant_folding=True,
                input_names=list(part.inputs),
                output_names=list(part.outputs),
                dynamic_axes=part.axes,
                custom_opsets=_custom_opsets(part.module),
            )
        save(onnx.load(draft, load_external_data=False), folder, source=draft.parent)


Outputs = tuple[Tensor, ...]


def outputs_of(part: PartExport) -> list[Outputs]:
    """What PyTorch gives in fp32 for the part's probes."""
    reference = part.module.float().eval()
    found = []
    for probe in part.probes:
        with torch.no_grad():
            wanted = reference(*(x.float() if x.is_floating_point() else x for x in probe.values()))
        found.append(wanted if isinstance(wanted, tuple) else (wanted,))
    return found


def compare(part: PartExport, folder: Path) -> PartReport:
    """Run the exported part on inputs it was not traced with and measure the distance from PyTorch in fp32."""
    return compare_with(part, outputs_of(part), folder)


def compare_with(part: PartExport, wanted: Sequence[Outputs], folder: Path) -> PartReport:
    """The same, for outputs that were computed before: the module is not needed any more."""
    worst = PartReport(part=part.name, largest=0.0, relative=0.0, bytes=folder_bytes(folder))
    with closing(Runtime(device="cpu", cache=None, frugal=True)) as runtime:
        session = runtime.load(folder / "model.onnx")
        for probe, each in zip(part.probes, wanted, strict=True):
            got = session.run({key: value.numpy() for key, value in probe.items()})
            for name, expected in zip(part.outputs, each, strict=True):
                difference = float(np.abs(got[name].astype(np.float32) - expected.numpy()).max())
                scale = float(expected.square().mean().sqrt()) or 1.0
                if difference / scale > worst.relative or not np.isfinite(difference):
                    worst = replace(worst, largest=difference, relative=difference / scale)
        session.close()
    return worst


TOLERANCES = {Precision.FP32: 1e-3, Precision.HALF_WEIGHTS: 5e-2, Precision.FP16: 5e-2}
"""Largest allowed difference from PyTorch in fp32, relative to the output's root mean square."""


def folder_bytes(folder: Path) -> int:
    """Bytes of all files below ``folder``."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def export_part(part: PartExport, folder: Path, precision: Precision) -> PartReport:
    """Write one part and compare it. Raises ExportFailed when it does not agree with PyTorch."""
    trace(part, folder)
    if precision is Precision.HALF_WEIGHTS:
        model = onnx.load(folder / "model.onnx")
        halve_weights(model)
        save(model, folder)
    (folder / "config.json").write_text(json.dumps(plain(part.config), indent=2, sort_keys=True) + "\n")
    report = compare(part, folder)
    if not report.relative <= TOLERANCES[precision]:
        raise ExportFailed(
            f"The exported {part.name} differs from PyTorch by {report.relative:.2g} of its own scale.",
            hint=f"Allowed is {TOLERANCES[precision]:.2g}; try --precision fp32.",
        )
    return report


def plain(value: Any) -> Any:
    """A config as JSON: tuples as lists, private bookkeeping with paths dropped."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if key != "_name_or_path"}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def check_source(source: Path) -> dict[str, Any]:
    """The pipeline's ``model_index.json``.

    Raises:
        ModelRefused: when the folder is not a diffusers Stable Diffusion pipeline with safetensors weights.
    """
    index = source / "model_index.json"
    if not index.is_file():
        raise ModelRefused(
            f"{source} is not a diffusers pipeline: it has no model_index.json.",
            hint="Give the folder that holds unet/, vae/, text_encoder/ and tokenizer/.",
        )
    try:
        described = json.loads(index.read_text("utf-8"))
    except ValueError as error:
        raise ModelRefused(f"{index} is not readable JSON.", hint="Copy the model again.") from error
    for part in ("unet", "vae", "text_encoder"):
        if not (source / part / "config.json").is_file():
            raise ModelRefused(
                f"{source} has no {part}/config.json.", hint="Only Stable Diffusion pipelines can be exported."
            )
        if not list((source / part).glob("*.safetensors")):
            raise ModelRefused(
                f"{source / part} has no .safetensors weights.",
                hint="Pickled weights are not opened; save the pipeline again with safetensors.",
            )
    return described


def export_pipeline(
    source: Path,
    target: Path,
    *,
    precision: Precision = Precision.FP32,
    fused_attention: bool = True,
    card: dict[str, Any] | None = None,
    progress: Callable[[str, int, int], None] = lambda part, index, count: None,
    overwrite: bool = False,
) -> list[PartReport]:
    """Export the diffusers pipeline in ``source``, with its list of words, to the ONNX folder ``target``.

    Args:
        card: what the manifest should say and no config does: ``title``, ``alpha``, ``native``, ``licence``,
            ``defaults``, ``styles`` ... (see ``inference.manifest``).
        progress: called with the part's name, its index and the number of steps, before each step.

    Raises:
        ModelRefused: when ``source`` is not such a pipeline. BadRequest: when ``target`` exists.
        ExportFailed: when a part does not agree with PyTorch. ``target`` is then untouched.
    """
    described, words = check_source(source), read_words(source)
    if target.exists() and not overwrite:
        raise BadRequest(f"{target} exists already.", hint="Give another folder, or --overwrite.")
    count = 5 + (source / "text_encoder_2").is_dir()
    target.parent.mkdir(parents=True, exist_ok=True)
    reports: list[PartReport] = []
    with replace_folder(target) as draft:
        for index, part in enumerate(_load_parts(source, precision, fused_attention)):
            progress(part.name, index, count)
            reports.append(export_part(part, draft / part.name, precision))
        progress("manifest", count - 1, count)
        for folder in ("tokenizer", "tokenizer_2", "scheduler"):
            if (source / folder).is_dir():
                shutil.copytree(source / folder, draft / folder)
        if words is not None:
            write_words(words, draft)
        write_index(described, draft)
        _write_manifest(draft, precision, reports, card or {})
    return reports


def write_index(described: dict[str, Any], draft: Path) -> None:
    """Write ``model_index.json``: what the source said, but with graphs for modules."""
    index = {key: value for key, value in described.items() if key not in ("vae", "unet")}
    index = {key: value for key, value in index.items() if not key.startswith("text_encoder")}
    for part in sorted(path.parent.name for path in draft.glob("*/model.onnx")):
        index[part] = ["diffusers", "OnnxRuntimeModel"]
    (draft / "model_index.json").write_text(json.dumps(index, indent=2) + "\n")


def _write_manifest(draft: Path, precision: Precision, reports: list[PartReport], card: dict[str, Any]) -> None:
    manifest = {
        "version": MANIFEST_VERSION,
        **card,
        "precision": precision.value,
        "export": {r.part: {"largest": r.largest, "relative": r.relative, "bytes": r.bytes} for r in reports},
        "hashes": hash_parts(draft),
    }
    path = draft / MANIFEST_FILE
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")
    manifest["preview"] = fit_preview(draft).as_json()
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")
