"""Train text encoder and UNet: from scratch at a chosen size, or on from an existing model (fine-tuning).

Inpainting is trained for with ``inpainting``: the UNet then has 1 + latent channels more inputs, the mask and the
latents of the picture with the masked part grey, exactly as the engine gives them to inpainting UNets (Rombach et al.,
2022, section 4.5). Going on from a model without these inputs starts them at zero, so that nothing is lost.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers.models.attention_processor import AttnProcessor
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from inference.errors import BadRequest, UnknownName
from inference.files import replace_file, replace_folder
from inference.manifest import latent_factor
from inference.words import Vocabulary
from inference.words_file import write_words
from training.autoencoder import check_corpus
from training.batches import (
    Corpus,
    chosen,
    indices,
    masks,
    may_mirror,
    noise,
    timesteps,
    to_samples,
    wordings,
)
from training.diffusion import ZERO_SNR, Objective, predict, sample_latents
from training.label import Captioning
from training.limits import check
from training.loop import Running, Sample, train
from training.models import (
    Models,
    decode_latents,
    encode_words,
    latent_moments,
    load_models,
    load_vae,
    quiet,
    save_models,
    to_pixels,
    tokens,
)
from training.optimise import Optimisation
from training.progress import Progress
from training.restyled import weights_of
from training.sketched import SketchedUNet
from training.vocabulary import write_tokenizer

HEARD = 12
"""Passes whose wordings a vocabulary is learned from."""
SMALL_LATENT = 1024
"""Latent pixels up to which attention is computed with its scores written out."""


@dataclass(frozen=True, kw_only=True)
class Design:
    """Size of a text encoder and a UNet.

    Attributes:
        channels: of the UNet's levels.
        attends: for each level, whether it attends to the words there.
        groups: of the norms; divides every number of channels.
        width: of the text encoder and of what the UNet attends to.
        components: of the UNet's sketch (``training.sketched``); 0 for a plain UNet.
    """

    channels: tuple[int, ...]
    attends: tuple[bool, ...]
    layers: int = 1
    head: int = 32
    groups: int = 16
    width: int = 192
    text_layers: int = 3
    text_heads: int = 4
    window: int = 24
    vocabulary: int = 6000
    components: int = 0

    def build_unet(self, side: int, latent_channels: int, inpainting: bool) -> Any:
        """A UNet with random weights for latents of ``side``."""
        down = tuple("CrossAttnDownBlock2D" if yes else "DownBlock2D" for yes in self.attends)
        up = tuple("CrossAttnUpBlock2D" if yes else "UpBlock2D" for yes in reversed(self.attends))
        settings: dict[str, Any] = {
            "sample_size": side,
            "in_channels": latent_channels + (1 + latent_channels if inpainting else 0),
            "out_channels": latent_channels,
            "block_out_channels": self.channels,
            "down_block_types": down,
            "up_block_types": up,
            "layers_per_block": self.layers,
            "norm_num_groups": self.groups,
            "attention_head_dim": tuple(max(1, c // self.head) for c in self.channels),
            "cross_attention_dim": self.width,
            "use_linear_projection": True,
            "addition_embed_type": "text",
            "addition_embed_type_num_heads": self.text_heads,
            "resnet_time_scale_shift": "scale_shift",
        }
        with quiet():
            if self.components:
                return SketchedUNet(components=self.components, **settings)
            return UNet2DConditionModel(**settings)

    def build_text(self, tokenizer: Any) -> Any:
        """A text encoder with random weights for the words of ``tokenizer``."""
        config = CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=self.width,
            intermediate_size=4 * self.width,
            projection_dim=self.width,
            num_hidden_layers=self.text_layers,
            num_attention_heads=self.text_heads,
            max_position_embeddings=self.window,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
        return CLIPTextModel(config)


DESIGNS = {
    "tiny": Design(
        channels=(32, 64), attends=(False, True), groups=8, width=32, text_layers=1, window=16, vocabulary=600
    ),
    "preview": Design(channels=(96, 160, 224), attends=(False, True, False), vocabulary=4634),
    "small": Design(channels=(96, 160, 224), attends=(True, True, False)),
    "sprites": Design(channels=(96, 160, 224), attends=(False, True, False), components=384),
    "medium": Design(channels=(128, 256, 320), attends=(True, True, True), width=256, text_layers=4),
}
"""By name; "preview" is a plain one for two cores, "sprites" the embedded model's, "medium" is for a GPU."""

LIMITS = {"gamma": (0.0, 1000.0), "mirror": (0.0, 1.0), "sketch": (0.0, 100.0), "masked": (0.0, 1.0)}


@dataclass(frozen=True, kw_only=True)
class DenoiserSettings:
    """What is trained and what counts.

    Attributes:
        design: a name of ``DESIGNS``; not used with ``base``.
        base: diffusers folder to go on from (fine-tuning), or None to start from nothing.
        inpainting: give the UNet the mask and the masked picture.
        train_text: change the text encoder too.
        gamma: of min-SNR weighting; 0 for none.
        mirror: share of pictures that are mirrored, where their captions allow it.
        sketch: weight of the sketch's error, where the UNet has one.
        masked: share of pictures that are noisy in a part only, so that the model learns to fill a hole in a clean
            picture: inpainting without further inputs. Only the error in the hole counts.
        own_sketch: show the UNet a sketch of each picture itself, not of its words (``training.restyled``).
        only_sketch: train the words and the sketch alone, at about a fifteenth of the cost of a picture.
        guidance: of the sample pictures.
        half: store the finished weights in half precision.
    """

    design: str = "small"
    base: Path | None = None
    inpainting: bool = False
    train_text: bool = True
    gamma: float = 5.0
    mirror: float = 0.5
    sketch: float = 0.5
    masked: float = 0.0
    own_sketch: bool = False
    only_sketch: bool = False
    guidance: float = 4.0
    half: bool = False

    def check(self) -> None:
        """Raise BadRequest for values that cannot be."""
        check(self, LIMITS)
        if self.base is None and self.design not in DESIGNS:
            raise UnknownName("design", self.design, DESIGNS)
        if self.base is None and not self.train_text:
            raise BadRequest("A text encoder that starts from nothing must be trained.")


def new_models(corpus: Corpus, vae: Any, folder: Path, settings: DenoiserSettings) -> Models:
    """Models with random weights around an autoencoder; the tokenizer is learned and lies in ``folder``."""
    design = DESIGNS[settings.design]
    place = folder / "tokenizer"
    if not (place / "tokenizer_config.json").is_file():
        with replace_folder(place) as draft:
            write_tokenizer(_heard(corpus), draft, size=design.vocabulary, window=design.window)
    with quiet():
        tokenizer = CLIPTokenizer.from_pretrained(place, local_files_only=True)
    side, channels = corpus.pictures.shape[1] // latent_factor(vae.config), vae.config["latent_channels"]
    text, unet = design.build_text(tokenizer), design.build_unet(side, channels, settings.inpainting)
    return Models([text], [tokenizer], unet, vae, dict(ZERO_SNR))


def _heard(corpus: Corpus) -> Iterator[str]:
    """What the words of a vocabulary are counted in: plain captions, and how they are worded in the first passes."""
    yield from corpus.captions
    for epoch in range(HEARD):
        yield from (corpus.wording(index, 0, epoch) for index in range(len(corpus.captions)))


@torch.no_grad()
def widened(models: Models) -> Models:
    """The same models with an inpainting UNet: its further inputs start at zero and change nothing."""
    if models.inpainting:
        return models
    old, more = models.unet, 1 + models.vae.config["latent_channels"]
    with quiet():
        unet: Any = UNet2DConditionModel.from_config({**old.config, "in_channels": old.config["in_channels"] + more})
    state = old.state_dict()
    state["conv_in.weight"] = functional.pad(state["conv_in.weight"], (0, 0, 0, 0, 0, more))
    unet.load_state_dict(state)
    return replace(models, unet=unet)


@torch.no_grad()
def latents_of(
    vae: Any, corpus: Corpus, file: Path, device: str, *, mirrored: bool, batch: int = 16
) -> NDArray[np.float32]:
    """Latents of every picture as a memory map that is made once.

    Args:
        mirrored: of the mirrored pictures too.

    Returns:
        (pictures, 1 or 2, 2, channels, height, width): plain, then mirrored; mean, then deviation.
    """
    mark = file.with_suffix(f".{fingerprint(corpus, vae):08x}.{'both' if mirrored else 'plain'}.npy")
    if mark.is_file():
        return np.load(mark, mmap_mode="r")
    channels = vae.config["in_channels"]
    parts = []
    vae.to(device).eval()
    for start in range(0, len(corpus.pictures), batch):
        samples = torch.from_numpy(to_samples(np.asarray(corpus.pictures[start : start + batch]), channels)).to(device)
        seen = [samples, samples.flip(3)] if mirrored else [samples]
        parts.append(torch.stack([torch.stack(latent_moments(vae, s), 1) for s in seen], 1).cpu().numpy())
    with replace_file(mark) as draft:
        np.save(draft, np.concatenate(parts).astype(np.float32))
    return np.load(mark, mmap_mode="r")


def eigenpictures(latents: NDArray[np.float32], count: int) -> tuple[Tensor, Tensor]:
    """Mean and principal components of latents, each component times its deviation.

    Args:
        latents: as ``latents_of`` gives them; the plain ones are taken.
        count: components that are wanted; fewer when there are fewer pictures.

    Returns:
        (channels, height, width) and (count, channels, height, width).
    """
    rows = torch.from_numpy(np.ascontiguousarray(latents[:, 0, 0])).flatten(1)
    mean = rows.mean(0)
    rows = rows - mean
    count = min(count, *rows.shape)
    # Of the smaller of the two products of the rows with themselves.
    wide = rows.shape[1] > rows.shape[0]
    power, vectors = torch.linalg.eigh(rows @ rows.T if wide else rows.T @ rows)
    power, vectors = power[-count:].flip(0).clamp(min=0), vectors[:, -count:].flip(1)
    deviations = (power / len(rows)).sqrt()
    directions = rows.T @ (vectors / power.sqrt().clamp(min=1e-12)) if wide else vectors
    shape = latents.shape[3:]
    return mean.view(shape), (directions * deviations).T.reshape(count, *shape)


def fingerprint(corpus: Corpus, *modules: Any) -> int:
    """A sum over the pictures and the modules' weights, by which what was computed from them is found again."""
    mark = zlib.crc32(np.ascontiguousarray(corpus.pictures).data)
    for module in modules:
        for tensor in module.state_dict().values():
            mark = zlib.crc32(tensor.detach().cpu().contiguous().view(torch.uint8).numpy(), mark)
    return mark


@dataclass(frozen=True, eq=False)
class DiffusionBatch:
    """Input of a step.

    Attributes:
        clean: (batch, channels, height, width) latents.
        noise: of the same shape.
        times: (batch,) timesteps.
        ids: token ids for each text encoder.
        told: (batch, 1 + channels, height, width) for inpainting UNets, else None.
        fresh: (batch, 1, height, width) 1 where the picture is noisy, None for everywhere.
        shown: (batch, components) weights of the pictures' own sketches, None for the words'.
    """

    clean: Tensor
    noise: Tensor
    times: Tensor
    ids: Sequence[Tensor]
    told: Tensor | None
    fresh: Tensor | None = None
    shown: Tensor | None = None


class DiffusionTask:
    """Models with their pictures, for ``training.loop``.

    Args:
        parameters: what is trained, by name.
    """

    def __init__(
        self,
        models: Models,
        parameters: dict[str, nn.Parameter],
        corpus: Corpus,
        *,
        folder: Path,
        settings: DenoiserSettings,
        running: Running,
    ) -> None:
        self.models, self.corpus, self._parameters = models, corpus, parameters
        self._settings, self._run = settings, running
        self.objective = Objective.of(models.scheduler, settings.gamma)
        self._latents = latents_of(models.vae, corpus, folder / "latents", running.device, mirrored=settings.mirror > 0)
        if isinstance(models.unet, SketchedUNet) and settings.base is None:
            models.unet.sketch.set_basis(*eigenpictures(self._latents, models.unet.config["components"]))
        if running.device == "cpu" and self._latents.shape[-2] * self._latents.shape[-1] <= SMALL_LATENT:
            small_attention(models)
        self.models.unet.to(memory_format=torch.channels_last)
        self._may_mirror = np.array([may_mirror(caption) for caption in corpus.captions])
        self._own = weights_of(models.unet.sketch, self.means()) if settings.own_sketch else None

    def trained(self) -> dict[str, nn.Parameter]:
        return self._parameters

    def means(self) -> Tensor:
        """(pictures, channels, height, width) the mean latents of the plain pictures."""
        return torch.from_numpy(np.ascontiguousarray(self._latents[:, 0, 0])).to(self._run.device)

    def batch(self, step: int, part: int, parts: int) -> DiffusionBatch:
        run, seed, set_ = self._run, self._run.seed, self._settings
        mine = slice(part, None, parts)
        at = indices(len(self._latents), run.batch, seed, step)
        words = wordings(self.corpus, run.batch, seed, step)[mine]
        mirrored = (chosen(run.batch, set_.mirror, seed, "mirror", step) & self._may_mirror[at])[mine]
        times = timesteps(run.batch, seed, step, len(self.objective.signal))[mine]
        at = at[mine]
        moments = self._latents[at, mirrored.astype(int)]
        shape, own = moments[:, 0].shape, step * parts + part
        clean = moments[:, 0] + moments[:, 1] * noise(shape, seed, "posterior", own)
        device = run.device
        return DiffusionBatch(
            clean=torch.from_numpy(clean).to(device),
            noise=torch.from_numpy(noise(shape, seed, "noise", own)).to(device),
            times=torch.from_numpy(times).to(device),
            ids=[i.to(device) for i in tokens(self.models.tokenizers, words)],
            told=self._told(at, mirrored, own) if self.models.inpainting else None,
            fresh=self._fresh(clean.shape, own).to(device) if set_.masked else None,
            shown=None if self._own is None else self._own[torch.from_numpy(at)],
        )

    def _fresh(self, shape: tuple[int, ...], step: int) -> Tensor:
        """Holes in a share of the pictures, everything in the others."""
        holes = masks(shape[0], shape[2:], self._run.seed, step, whole=0.0)
        whole = ~chosen(shape[0], self._settings.masked, self._run.seed, "hole", step)
        holes[whole | (holes.max(axis=(1, 2, 3)) == 0)] = 1
        return torch.from_numpy(holes)

    @torch.no_grad()
    def _told(self, at: NDArray[np.int64], mirrored: NDArray[np.bool_], step: int) -> Tensor:
        """Mask and masked latents, as ``inference.engine`` makes them: grey under the mask, largest value in a cell."""
        pictures = np.asarray(self.corpus.pictures[at])
        pictures = np.where(mirrored[:, None, None, None], pictures[:, :, ::-1], pictures)
        samples = torch.from_numpy(to_samples(pictures, self.models.vae.config["in_channels"]))
        drawn = torch.from_numpy(masks(len(at), pictures.shape[1:3], self._run.seed, step))
        mean, spread = latent_moments(self.models.vae, (samples * (1 - drawn)).to(self._run.device))
        draws = torch.from_numpy(noise(tuple(mean.shape), self._run.seed, "masked", step))
        hidden = mean + spread * draws.to(mean.device)
        return torch.cat([functional.max_pool2d(drawn, self.models.factor).to(mean.device), hidden], dim=1)

    def loss(self, batch: DiffusionBatch) -> Tensor:
        side = (batch.clean.shape[2] * self.models.factor, batch.clean.shape[3] * self.models.factor)
        words = encode_words(self.models, batch.ids, side)
        unet, weight = self.models.unet, self._settings.sketch
        if self._settings.only_sketch:
            return (unet.sketch.draw(unet.sketch(words.states)) - batch.clean).square().mean()
        noisy = self.objective.add_noise(batch.clean, batch.noise, batch.times)
        noisy = noisy if batch.fresh is None else torch.where(batch.fresh > 0, noisy, batch.clean)
        if isinstance(unet, SketchedUNet):
            unet.shown = batch.shown
        predicted = predict(self.models, noisy, batch.times, words, batch.told)
        loss = self.objective.loss(predicted, batch.clean, batch.noise, batch.times, batch.fresh)
        if isinstance(unet, SketchedUNet) and unet.sketched is not None:
            loss = loss + weight * (unet.sketched - batch.clean).square().mean()
        return loss

    def sample(self) -> Sample:
        every, most = list(dict.fromkeys(self.corpus.captions)), self._run.sample_pictures
        prompts = every[:: max(1, len(every) // most)][:most]
        if self._settings.only_sketch:
            return self._sketches(prompts)
        if isinstance(self.models.unet, SketchedUNet):
            self.models.unet.shown = None
        shape = (self._latents.shape[-2], self._latents.shape[-1])
        with torch.autocast(self._run.device, torch.bfloat16, enabled=self._run.bf16):
            latents = sample_latents(
                self.models,
                self.objective,
                prompts,
                shape,
                guidance=self._settings.guidance,
                seed=self._run.seed,
                blank=self._blank() if self.models.inpainting else None,
            )
        return Sample(to_pixels(decode_latents(self.models.vae, latents)), prompts, columns=min(4, len(prompts)))

    def _sketches(self, prompts: list[str]) -> Sample:
        models = self.models
        words = encode_words(models, [i.to(self._run.device) for i in tokens(models.tokenizers, prompts)], (0, 0))
        latents = models.unet.sketch.draw(models.unet.sketch(words.states))
        return Sample(to_pixels(decode_latents(models.vae, latents)), prompts, columns=min(4, len(prompts)))

    def _blank(self) -> Tensor:
        """Latents of a picture that is masked as a whole."""
        side, channels = self.corpus.pictures.shape[1], self.models.vae.config["in_channels"]
        return latent_moments(self.models.vae, torch.zeros(1, channels, side, side, device=self._run.device))[0]


def small_attention(models: Models) -> None:
    """Plain attention: on a CPU, torch's fused one spends more on its backward pass than it saves on short sequences.

    Measured with 256 latent pixels and 24 words: 29 to 40 % more pictures a second.
    """
    models.unet.set_attn_processor(AttnProcessor())
    for text in models.texts:
        text.set_attn_implementation("eager")


def named(prefix: str, module: nn.Module) -> dict[str, nn.Parameter]:
    """Parameters that are trained, with a prefix."""
    return {f"{prefix}.{name}": p for name, p in module.named_parameters() if p.requires_grad}


def make_denoiser(
    corpus: Corpus, vae: Path | None, folder: Path, settings: DenoiserSettings, running: Running
) -> DiffusionTask:
    """The task of training text encoder and UNet; its models start as ``settings`` say."""
    if settings.base is not None:
        models = load_models(settings.base)
    else:
        assert vae is not None
        models = new_models(corpus, load_vae(vae), folder, settings)
    models = (widened(models) if settings.inpainting else models).to(running.device).freeze()
    models.unet.requires_grad_(True).train()
    sketched = isinstance(models.unet, SketchedUNet)
    if sketched:
        models.unet.sketch.basis.requires_grad_(False)
    if settings.only_sketch and not sketched:
        raise BadRequest("This model has no sketch to train.", hint="Leave out --only-sketch.")
    parameters = named("unet.sketch", models.unet.sketch) if settings.only_sketch else named("unet", models.unet)
    for index, text in enumerate(models.texts if settings.train_text else ()):
        text.requires_grad_(True).train()
        parameters |= named(f"text{index}", text)
    return DiffusionTask(models, parameters, corpus, folder=folder, settings=settings, running=running)


def train_denoiser(
    corpus: Corpus,
    folder: Path,
    *,
    settings: DenoiserSettings,
    running: Running,
    optimisation: Optimisation,
    vae: Path | None = None,
    words: Vocabulary | None = None,
) -> Iterator[Progress]:
    """Train in ``folder``, going on where it stopped; at the end ``folder/model`` is a diffusers pipeline.

    Args:
        vae: folder of the autoencoder; needed unless there is a base, which brings its own.
        words: what the finished model says that it knows (``training.words``); None for what its base says.

    Raises:
        BadRequest: for settings or a corpus that cannot be.
    """
    settings.check()
    check_corpus(corpus)
    if settings.base is None and vae is None:
        raise BadRequest("A model from scratch needs an autoencoder.", hint="Train one first, and give it with --vae.")
    make = partial(make_denoiser, corpus, vae, folder, settings, running)
    kept = {
        "kind": "model",
        **asdict(settings),
        "base": settings.base.name if settings.base else "",
        "pictures": len(corpus.pictures),
        **captions_kept(corpus),
    }
    yield from train(make, folder, running, optimisation, kept, partial(_write, settings, words))


def captions_kept(corpus: Corpus) -> dict[str, Any]:
    """How captions vary, for the settings that a run is kept to; nothing where it is as always."""
    captioning = getattr(corpus, "captioning", None)
    return {} if captioning in (None, Captioning()) else {"captions": asdict(captioning)}


def _write(settings: DenoiserSettings, words: Vocabulary | None, task: DiffusionTask, folder: Path) -> None:
    with replace_folder(folder / "model") as draft:
        save_models(task.models, settings.base or folder, draft, half=settings.half)
        if words is not None:
            write_words(words, draft)
