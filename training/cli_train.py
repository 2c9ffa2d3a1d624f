"""train autoencoder, train model, train lora: from normalised pictures to a model; safe to stop and start again."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inference.errors import BadRequest
from inference.resources import RESOURCES
from training.cli_words import add_captions

if TYPE_CHECKING:
    from training.corpus import StoredCorpus
    from training.loop import Running
    from training.optimise import Optimisation
    from training.progress import Progress

AUTOENCODER_HELP = "train the autoencoder between pictures and latents"
MODEL_HELP = "train a model from nothing, or go on from one"
CONTROL_HELP = "teach a model that sketches to be led by drawings"
DECODER_HELP = "train a model's decoder on what its denoiser makes"
JUDGE_HELP = "train the judge that evaluations ask: a classifier of real pictures"
UPSCALER_HELP = "train the network that makes pictures twice as large"
LORA_HELP = "teach a model a style from ten to fifty pictures"
NOT_DONE = 130
"""Exit status of a run that was stopped before its last step."""
EMBEDDED = RESOURCES / "models" / "sprites"


def add_autoencoder_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``train autoencoder``."""
    _common(parser, steps=6000, rate=1e-3, batch=16)
    parser.add_argument(
        "--design", default="small", metavar="NAME", help="tiny, small, medium or sprites (default: small)"
    )
    parser.add_argument("--from", dest="base", type=Path, default=None, metavar="FOLDER", help="go on from this one")
    parser.add_argument("--only-decoder", action="store_true", help="with --from: models go on fitting the latents")
    parser.add_argument("--crop", type=int, default=64, metavar="N", help="side of the crops; 0 for whole pictures")


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``train model``."""
    _common(parser, steps=20000, rate=1.2e-3, batch=32)
    start = parser.add_mutually_exclusive_group(required=True)
    start.add_argument("--vae", type=Path, default=None, metavar="FOLDER", help="autoencoder of a new model")
    start.add_argument("--from", dest="base", type=Path, default=None, metavar="FOLDER", help="model to go on from")
    parser.add_argument("--design", default="small", metavar="NAME", help="tiny, preview, small, sprites or medium")
    parser.add_argument("--only-sketch", action="store_true", help="only the words and the sketch (design sprites)")
    parser.add_argument("--masked", type=float, default=0.0, metavar="SHARE", help="of pictures, noisy in a part (0)")
    parser.add_argument("--mirror", type=float, default=0.5, metavar="SHARE", help="of pictures, mirrored (0.5)")
    parser.add_argument("--inpainting", action="store_true", help="let the model see the mask and what is around it")
    parser.add_argument("--keep-text", action="store_true", help="leave the text encoder as it is (with --from)")
    parser.add_argument("--half", action="store_true", help="store the finished weights in half precision")
    add_captions(parser)


def add_decoder_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``train decoder``."""
    _common(parser, steps=2000, rate=6e-4, batch=8)
    parser.add_argument("--from", dest="base", type=Path, required=True, metavar="MODEL", help="model to go on from")
    parser.add_argument(
        "--drafted", type=float, default=0.6, metavar="SHARE", help="of pictures, made by the denoiser (default: 0.6)"
    )


def add_control_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``train control``."""
    _common(parser, steps=3000, rate=1.5e-3, batch=64)
    parser.add_argument("--from", dest="base", type=Path, required=True, metavar="MODEL", help="the model that is led")
    parser.add_argument(
        "--wordless", type=float, default=0.15, metavar="SHARE", help="of pictures, without words (default: 0.15)"
    )
    add_captions(parser)
    parser.add_argument("--export", type=Path, default=None, metavar="FOLDER", help="write what the engine uses")
    parser.add_argument("--title", default="", metavar="TEXT", help="what people call it (default: the folder's name)")
    parser.add_argument("--licence", default="", metavar="TEXT", help="of the weights")


def add_lora_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``train lora``."""
    _common(parser, steps=600, rate=1e-3, batch=16)
    parser.add_argument("--from", dest="base", type=Path, default=EMBEDDED, metavar="MODEL", help="default: embedded")
    parser.add_argument("--rank", type=int, default=16, metavar="N", help="size of the change (default: 16)")
    parser.add_argument("--layers", default="all", metavar="NAME", help="attention or all (default: all)")
    parser.add_argument("--keep-text", action="store_true", help="leave the text encoder as it is")
    add_captions(parser)
    parser.add_argument("--strength", type=float, default=1.0, metavar="X", help="of the exported model (1)")
    parser.add_argument(
        "--export", type=Path, default=None, metavar="FOLDER", help="write a model that the studio runs"
    )
    parser.add_argument("--title", default="", metavar="TEXT", help="name of the exported model")


def add_judge_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``train judge``."""
    _common(parser, steps=2000, rate=3e-3, batch=64)
    parser.add_argument("--design", default="small", metavar="NAME", help="swift, small or medium (default: small)")
    parser.add_argument("--held-out", type=float, default=0.1, metavar="X", help="share it is measured on (0.1)")
    parser.add_argument(
        "--also", type=Path, default=None, metavar="SET", help="teach it pictures of another dataset too"
    )
    parser.add_argument("--also-styles", default="", metavar="A,B", help="styles of that which DATASET does not have")


def add_upscaler_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``train upscaler``."""
    _common(parser, steps=4000, rate=2e-3, batch=8)
    parser.add_argument("--design", default="small", metavar="NAME", help="tiny or small (default: small)")
    parser.add_argument("--crop", type=int, default=32, metavar="N", help="side of what is made larger (default: 32)")
    parser.add_argument(
        "--export", type=Path, default=None, metavar="FOLDER", help="write the upscaler that the studio runs"
    )
    parser.add_argument("--title", default="", metavar="TEXT", help="name of the exported upscaler")
    parser.add_argument("--early", action="store_true", help="with --export: as far as it is, without training on")


def _common(parser: argparse.ArgumentParser, *, steps: int, rate: float, batch: int) -> None:
    parser.add_argument("dataset", type=Path, metavar="DATASET", help="a dataset with normalised pictures")
    parser.add_argument("--out", type=Path, required=True, metavar="RUN", help="the run's folder; goes on where it was")
    parser.add_argument("--size", type=int, default=None, metavar="N", help="side of the normalised pictures")
    parser.add_argument("--steps", type=int, default=steps, metavar="N", help=f"default: {steps}")
    parser.add_argument("--rate", type=float, default=rate, metavar="X", help=f"learning rate (default: {rate:g})")
    parser.add_argument("--warmup", type=int, default=None, metavar="N", help="default: a twentieth, at most 500")
    parser.add_argument("--schedule", default="cosine", metavar="NAME", help="cosine, linear or constant")
    parser.add_argument("--batch", type=int, default=batch, metavar="N", help=f"pictures a step (default: {batch})")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--device", default="cpu", metavar="NAME", help="cpu or cuda")
    add_arithmetic(parser)
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="of each process; 0 for torch's choice")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes (CPU only)")
    parser.add_argument("--save-seconds", type=float, default=120, metavar="S", help="between checkpoints")
    parser.add_argument("--sample-steps", type=int, default=500, metavar="N", help="between sample pictures")
    parser.add_argument("--minutes", type=float, default=None, metavar="M", help="save and leave after this time")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")


def add_arithmetic(parser: argparse.ArgumentParser) -> None:
    """--bf16 and --fp32."""
    words = "bfloat16 arithmetic (default: where the processor or card has instructions for it)"
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--bf16", action="store_true", default=None, help=words)
    either.add_argument("--fp32", action="store_false", dest="bf16", help="no bfloat16 arithmetic")


def run_autoencoder(args: argparse.Namespace) -> int:
    """Train the autoencoder; its folder is the result."""
    from training.autoencoder import AutoencoderSettings, train_autoencoder
    from training.split import Split

    held_out = _corpus(args, Split.VALIDATION)
    reports = train_autoencoder(
        _corpus(args),
        args.out,
        settings=AutoencoderSettings(
            design=args.design, base=args.base, crop=args.crop, only_decoder=args.only_decoder
        ),
        running=_running(args),
        optimisation=_optimisation(args),
        held_out=held_out if len(held_out.pictures) else None,
    )
    return _follow(args, reports, lambda: args.out / "vae")


def run_model(args: argparse.Namespace) -> int:
    """Train a model; its diffusers folder, which ``models export`` takes, is the result."""
    from training.denoiser import DenoiserSettings, train_denoiser
    from training.words import words_after

    corpus = _corpus(args)
    settings = DenoiserSettings(
        design=args.design,
        base=args.base,
        inpainting=args.inpainting,
        train_text=not args.keep_text,
        half=args.half,
        only_sketch=args.only_sketch,
        mirror=args.mirror,
        masked=args.masked,
    )
    reports = train_denoiser(
        corpus,
        args.out,
        settings=settings,
        running=_running(args),
        optimisation=_optimisation(args),
        vae=args.vae,
        words=words_after(args.base, corpus.entries, corpus.captioning),
    )
    return _follow(args, reports, lambda: args.out / "model")


def run_decoder(args: argparse.Namespace) -> int:
    """Train a decoder; the diffusers folder of the model with it is the result."""
    from training.decoder import DecoderSettings, train_decoder

    reports = train_decoder(
        _corpus(args),
        args.out,
        settings=DecoderSettings(base=args.base, drafted=args.drafted),
        running=_running(args),
        optimisation=_optimisation(args),
    )
    return _follow(args, reports, lambda: args.out / "model")


def run_control(args: argparse.Namespace) -> int:
    """Train what reads drawings; its folder is the result."""
    from training.control_task import ControlSettings, train_control

    reports = train_control(
        _corpus(args),
        args.out,
        settings=ControlSettings(base=args.base, wordless=args.wordless),
        running=_running(args),
        optimisation=_optimisation(args),
    )

    def finish() -> Path:
        if args.export is None:
            return args.out / "control"
        from training.control_export import export_control

        title = args.title or args.export.name
        export_control(args.out / "control", args.export, kind="scribble", title=title, licence=args.licence)
        return args.export

    return _follow(args, reports, finish)


def run_lora(args: argparse.Namespace) -> int:
    """Train a LoRA and export the model with it; the model's folder (or the LoRA's file) is the result."""
    from dataclasses import replace

    from training.lora import LORA_FILE, export_lora, suited, train_lora
    from training.restore import trainable_folder

    corpus, base = _corpus(args), trainable_folder(args.base, args.out)
    lora, settings = suited(base)
    train_text = lora.train_text and not args.keep_text
    reports = train_lora(
        corpus,
        base,
        args.out,
        lora=replace(lora, rank=args.rank, targets=args.layers, train_text=train_text),
        settings=settings,
        running=_running(args),
        optimisation=_optimisation(args),
    )

    def finish() -> Path:
        if args.export is None:
            return args.out / LORA_FILE
        from training.card import styled_card
        from training.progress import Progress, ProgressLog
        from training.words import words_after

        words = words_after(base, corpus.entries, corpus.captioning)
        card = styled_card(args.base, corpus, args.title or args.export.name)
        export_lora(
            base, args.out / LORA_FILE, args.export, strength=args.strength, card=card, words=words, overwrite=True
        )
        done = Progress(step=args.steps, steps=args.steps, note=f"Exported to {args.export}.")
        ProgressLog(args.out).append(done)
        return args.export

    return _follow(args, reports, finish)


def run_judge(args: argparse.Namespace) -> int:
    """Train the judge; its folder is the result."""
    from dataclasses import replace

    from training.classifier import DESIGNS
    from training.corpus import find_store
    from training.judge import JudgeSettings, StoredPictures, train_judge

    settings = JudgeSettings(design=args.design, held_out=args.held_out)
    settings.check()
    styles = tuple(style.strip() for style in args.also_styles.split(",") if style.strip())
    if (args.also is None) != (not styles):
        raise BadRequest(
            "--also and --also-styles belong together.", hint="Name the styles that DATASET does not have."
        )
    source = StoredPictures(
        args.dataset,
        find_store(args.dataset, args.size),
        DESIGNS[args.design].side,
        (args.also, find_store(args.also, args.size)) if args.also else None,
        styles,
    )
    reports = train_judge(
        source,
        args.out,
        settings=settings,
        running=replace(_running(args), bf16=bool(args.bf16)),
        optimisation=replace(_optimisation(args), decay=0.05, average=0.99),
    )
    return _follow(args, reports, lambda: args.out / "judge")


def run_upscaler(args: argparse.Namespace) -> int:
    """Train an upscaler; its weights, or with --export its ONNX folder, are the result."""
    from dataclasses import replace

    from training.split import Split
    from training.upscaler import WEIGHTS, UpscalerSettings, train_upscaler

    if args.early:
        if args.export is None:
            raise BadRequest("There is nowhere to export to.", hint="Give --export FOLDER with --early.")
        print(_exported_upscaler(args))
        return 0
    held_out = _corpus(args, Split.VALIDATION)
    reports = train_upscaler(
        _corpus(args),
        args.out,
        settings=UpscalerSettings(design=args.design, crop=args.crop),
        running=_running(args),
        optimisation=replace(_optimisation(args), decay=0.0),
        held_out=held_out if len(held_out.pictures) else None,
    )

    return _follow(args, reports, lambda: args.out / WEIGHTS if args.export is None else _exported_upscaler(args))


def _exported_upscaler(args: argparse.Namespace) -> Path:
    from training.split import Split
    from training.upscaler_export import export_upscaler

    unseen = [_corpus(args, split) for split in (Split.VALIDATION, Split.TEST)]
    export_upscaler(args.out, args.export, title=args.title, dataset=args.dataset, unseen=unseen, early=args.early)
    return args.export


def _corpus(args: argparse.Namespace, split: Any = None) -> StoredCorpus:
    from training.corpus import StoredCorpus, find_store
    from training.label import CAPTIONINGS
    from training.split import Split

    captioning = CAPTIONINGS[getattr(args, "captions", "varied")]
    return StoredCorpus(args.dataset, find_store(args.dataset, args.size), split or Split.TRAIN, captioning)


def _running(args: argparse.Namespace) -> Running:
    from training.loop import Running, bf16_for

    return Running(
        seed=args.seed,
        batch=args.batch,
        device=args.device,
        bf16=bf16_for(args.device, args.out) if args.bf16 is None else args.bf16,
        threads=args.threads,
        workers=args.workers,
        save_seconds=args.save_seconds,
        sample_steps=args.sample_steps,
    )


def _optimisation(args: argparse.Namespace) -> Optimisation:
    from training.optimise import Optimisation

    warmup = min(500, args.steps // 20) if args.warmup is None else args.warmup
    return Optimisation(steps=args.steps, rate=args.rate, warmup=warmup, schedule=args.schedule)


def _follow(args: argparse.Namespace, reports: Iterator[Progress], finish: Callable[[], Path]) -> int:
    """Show the reports until the run is done, stopped, or its time is over; then print the result."""
    from training.stopping import Stopped, stoppable

    try:
        with stoppable(), closing(reports):  # type: ignore[type-var]
            last = _shown(args, reports)
            result = finish() if last is not None and last.step == last.steps else None
    except Stopped:
        last = result = None
    if last is None or result is None:
        print("gouache: The run is saved; the same command goes on.", file=sys.stderr)
        return NOT_DONE
    if args.json:
        print(json.dumps({"path": str(result), "step": last.step, "loss": last.loss, "figures": dict(last.figures)}))
    else:
        print(result)
    return 0


def _shown(args: argparse.Namespace, reports: Iterator[Progress]) -> Progress | None:
    """Print reports, at most one in two seconds. Returns the last."""
    import time

    from training.progress import in_words

    start = shown = time.monotonic()
    last = None
    for last in reports:
        now = time.monotonic()
        if not args.quiet and (last.worth_a_line or now - shown > 2):
            print(in_words(last), file=sys.stderr, flush=True)
            shown = now
        if args.minutes is not None and now - start > args.minutes * 60:
            return None
    return last
