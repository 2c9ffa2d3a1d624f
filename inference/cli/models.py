"""models list, models inspect: what is installed, and what a folder is."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from inference.control_card import ControlCard, check_whole, control_named
from inference.controls import CARD, known_controls
from inference.detected import Detected, What
from inference.detecting import detect
from inference.errors import BadRequest, GouacheError
from inference.library import find_model, model_folders
from inference.manifest import ModelManifest, hash_parts, read_manifest
from inference.units import readable

LIST_HELP = "the models that are installed"
INSPECT_HELP = "say what a model, LoRA, VAE or embedding is, or why it cannot be used"


def add_list_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``models list``."""
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run_list(args: argparse.Namespace) -> int:
    """Print a line for each installed model."""
    rows = []
    for name, folder in model_folders().items():
        try:
            manifest = read_manifest(folder)
            tasks = ", ".join(task.value for task in manifest.tasks)
            rows.append({"name": name, "family": manifest.family.value, "tasks": tasks, "folder": str(folder)})
        except GouacheError as error:
            rows.append({"name": name, "refused": str(error), "folder": str(folder)})
    if args.json:
        print(json.dumps(rows, indent=2))
        return 0
    for row in rows:
        print("\t".join(row.values()))
    if not rows:
        print("gouache: no model is installed. Put one under resources/models.", file=sys.stderr)
    return 0


def add_inspect_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``models inspect``."""
    parser.add_argument("path", metavar="NAME|PATH", help="an installed model, or any folder or .safetensors file")
    parser.add_argument("--hash", action="store_true", help="read all weights and compare them with the manifest")
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run_inspect(args: argparse.Namespace) -> int:
    """Print what a model or a file is. What is refused gives the reason and status 2."""
    described = _described(args.path, hashes=args.hash)
    if args.json:
        print(json.dumps(described, indent=2, ensure_ascii=False))
        return 0
    for key, value in described.items():
        if isinstance(value, dict):
            print(f"{key}:")
            for name, words in value.items():
                print(f"  {name:<24} {words}")
        else:
            print(f"{key + ':':<14} {value}")
    return 0


def _described(name: str, *, hashes: bool) -> dict[str, Any]:
    path = Path(name).expanduser()
    if (control := known_controls().get(name) or path / CARD) and control.exists():
        return _described_control(control_named(str(control.parent if control.name == CARD else control)), hashes)
    found = detect(path) if path.exists() and name not in model_folders() else None
    if found is not None and found.what is not What.ONNX:
        if hashes:
            raise BadRequest(f"{path} has no hashes to compare with.", hint="--hash is for ONNX folders.")
        return describe_found(found)
    manifest = find_model(name) if found is None else read_manifest(path)
    described = describe(manifest)
    if hashes:
        described["hashes"], described["verified"] = _verified(manifest)
    return described


def _described_control(card: ControlCard, hashes: bool) -> dict[str, Any]:
    """What an imported ControlNet is, in words."""
    said = {
        "what": What.CONTROLNET.value,
        "name": card.name,
        "title": card.title,
        "folder": str(card.folder),
        "family": card.family.value,
        "kind": card.kind,
        "blocks": ", ".join(map(str, card.blocks)),
        "precision": card.precision,
        "licence": card.licence or "not stated",
        "sources": "; ".join(card.sources) or "not stated",
        "size on disk": readable(card.part.bytes),
        "hashes": dict(card.hashes),
    }
    if hashes:
        check_whole(card)
        said["verified"] = "all files are as they were imported"
    return said


def describe_found(found: Detected) -> dict[str, Any]:
    """What a file or a diffusers folder is, in words; what is not known of it is left out."""
    prediction = found.prediction and f"{found.prediction}{'' if found.told else ' (not said: judged or usual)'}"
    said = {
        "what": found.what.value,
        "path": str(found.path),
        "title": found.title,
        "family": found.family.value if found.family else "",
        "kind": found.kind,
        "variant": ", ".join(found.variant),
        "prediction": prediction,
        "precision": found.precision,
        "values": f"{found.values:,}",
        "size on disk": readable(found.bytes),
        "parts": ", ".join(found.parts),
        "rank": str(found.rank or ""),
        "words": ", ".join(found.words),
        "licence": found.licence or "not stated",
        "notes": " ".join(found.notes),
    }
    return {key: value for key, value in said.items() if value}


def _verified(manifest: ModelManifest) -> tuple[dict[str, str], str]:
    found = hash_parts(manifest.folder)
    if not manifest.hashes:
        return found, "the manifest gives no hashes to compare with"
    changed = sorted(name for name in found | dict(manifest.hashes) if found.get(name) != manifest.hashes.get(name))
    return found, f"CHANGED since export: {', '.join(changed)}" if changed else "all files are as they were exported"


def describe(manifest: ModelManifest) -> dict[str, Any]:
    """What is known of a model, in words."""
    kinds = [manifest.family.value]
    if manifest.guidance_embedded:
        kinds.append("latent consistency")
    elif manifest.few_steps:
        kinds.append("few steps")
    if manifest.inpainting_unet:
        kinds.append("inpainting UNet")
    rule, usual = manifest.size_rule, manifest.defaults
    return {
        "name": manifest.name,
        "title": manifest.title,
        "folder": str(manifest.folder),
        "family": ", ".join(kinds),
        "tasks": ", ".join(task.value for task in manifest.tasks),
        "pictures": f"{'RGBA' if manifest.channels == 4 else 'RGB'}, {manifest.native} at best",
        "sizes": f"multiples of {rule.multiple} from {rule.least} to {rule.most}; edits run at "
        + ", ".join(str(size) for size in manifest.sizes),
        "latents": f"{manifest.latent_channels} channels at 1/{manifest.factor} size, scaled by {manifest.scaling:g}",
        "prediction": manifest.prediction,
        "defaults": f"{usual.scheduler}, {usual.steps} steps, guidance {usual.guidance:g}",
        "words": _words(manifest),
        "precision": manifest.precision,
        "licence": manifest.licence or "not stated: ask its author before you publish what it makes",
        "sources": "; ".join(manifest.sources) or "not stated",
        "size on disk": readable(manifest.bytes),
        "parts": {
            part.name: f"{readable(part.bytes):>9}  {part.element}, opset {part.header.opsets.get('', 0)}, "
            f"{part.header.nodes:,} nodes"
            for part in manifest.parts.values()
        },
        "hashes": dict(manifest.hashes) or "not in the manifest; --hash computes them",
    }


def _words(manifest: ModelManifest) -> str:
    words = manifest.words
    if words is None:
        return "any: it does not say which it knows"
    other = f"{len(words.words)} other words"
    return f"{len(words.concepts)} concepts, {len(words.styles)} styles, {other}; see: models words {manifest.name}"
