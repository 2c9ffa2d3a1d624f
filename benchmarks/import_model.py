"""Importing a checkpoint of Stable Diffusion 1.5's real size, against diffusers' own conversion and a plain export.

    python -m benchmarks.import_model --folder FOLDER [--precision half-weights] [--theirs] [--detect]

FOLDER gets ``sd15.safetensors``, random weights under the original names in half precision, and keeps it. Each way runs
in a process of its own; memory is the most that it held (resident, with what it mapped from files, and without).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil

from benchmarks.measuring import machine

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
THEIRS = """
import sys, torch, warnings
from diffusers import StableDiffusionPipeline
from pathlib import Path
warnings.simplefilter("ignore")
source, config, out = map(Path, sys.argv[1:4])
pipe = StableDiffusionPipeline.from_single_file(str(source), config=str(config), local_files_only=True,
    torch_dtype=torch.float32, safety_checker=None)
class Unet(torch.nn.Module):
    def __init__(self, model): super().__init__(); self.model = model
    def forward(self, sample, timestep, states): return self.model(sample, timestep, states, return_dict=False)[0]
class Decoder(torch.nn.Module):
    def __init__(self, vae): super().__init__(); self.vae = vae
    def forward(self, latents): return self.vae.decode(latents, return_dict=False)[0]
class Encoder(torch.nn.Module):
    def __init__(self, vae): super().__init__(); self.vae = vae
    def forward(self, sample): return self.vae._encode(sample)
class Text(torch.nn.Module):
    def __init__(self, model): super().__init__(); self.model = model
    def forward(self, ids): return self.model(ids, return_dict=False)[0]
pipe.text_encoder.config._attn_implementation = "eager"
jobs = {"text_encoder": (Text(pipe.text_encoder), (torch.zeros(1, 77, dtype=torch.int64),)),
        "unet": (Unet(pipe.unet), (torch.randn(2, 4, 64, 64), torch.tensor(3.0), torch.randn(2, 77, 768))),
        "vae_encoder": (Encoder(pipe.vae), (torch.randn(1, 3, 512, 512),)),
        "vae_decoder": (Decoder(pipe.vae), (torch.randn(1, 4, 64, 64),))}
import onnx
for name, (module, inputs) in jobs.items():
    (out / name / "raw").mkdir(parents=True)
    with torch.no_grad():
        torch.onnx.export(module.eval(), inputs, str(out / name / "raw" / "model.onnx"), dynamo=False, opset_version=17)
    model = onnx.load(out / name / "raw" / "model.onnx")
    onnx.save_model(model, out / name / "model.onnx", save_as_external_data=True, location="model.onnx_data")
    del model
    import shutil; shutil.rmtree(out / name / "raw")
"""
"""What one would write: diffusers' ``from_single_file`` and ``torch.onnx.export``; nothing is compared or tried."""


def make(path: Path) -> None:
    """The checkpoint, once."""
    if not path.is_file():
        import original
        import torch

        original.save("sd1", path, dtype=torch.float16)


def watch(command: list[str], log: Path) -> dict[str, float]:
    """Run a command; seconds, and the most memory of its process."""
    most = {"resident": 0, "private": 0}
    began = time.perf_counter()
    with log.open("w") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, cwd=ROOT)
        watched, done = psutil.Process(process.pid), threading.Event()

        def look() -> None:
            while not done.wait(0.1):
                try:
                    memory = watched.memory_info()
                    most["resident"] = max(most["resident"], memory.rss)
                    most["private"] = max(most["private"], memory.rss - memory.shared)
                except psutil.Error:
                    return

        looking = threading.Thread(target=look)
        looking.start()
        status = process.wait()
        done.set()
        looking.join()
    if status:
        sys.exit(f"{command[1:4]} failed: see {log}")
    return {"seconds": time.perf_counter() - began, **most}


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def ours(folder: Path, precision: str) -> dict[str, float]:
    """Our import, as a designer runs it."""
    os.environ |= {"GOUACHE_HOME": str(folder / "home"), "GOUACHE_CACHE": str(folder / "cache")}
    name = f"ours-{precision}"
    command = [sys.executable, "main.py", "models", "import", str(folder / "sd15.safetensors"), "--name", name]
    command += ["--precision", precision, "--overwrite", "--json-lines"]
    found = watch(command, folder / f"{name}.log")
    return {**found, "disk": size(folder / "home" / "models" / name)}


def theirs(folder: Path) -> dict[str, float]:
    """The plain way."""
    import diffusers
    import torch
    import transformers

    from training.clip_files import END, schedule, write_tokenizer

    config, out = folder / "config", folder / "theirs"
    if not config.is_dir():
        import original

        (config / "unet").mkdir(parents=True)
        write_tokenizer(config / "tokenizer", pad=END)
        with torch.device("meta"):
            diffusers.UNet2DConditionModel(**original.SD1_UNET).save_config(config / "unet")
            diffusers.AutoencoderKL(**original.SD_VAE).save_config(config / "vae")
        text = transformers.CLIPTextConfig(vocab_size=49408, hidden_act="quick_gelu", **original.CLIP_L)
        text.save_pretrained(config / "text_encoder")
        (config / "scheduler").mkdir()
        said = schedule(None, (), "epsilon", zero_snr=False)
        (config / "scheduler" / "scheduler_config.json").write_text(json.dumps(said))
        index = {
            "_class_name": "StableDiffusionPipeline",
            "_diffusers_version": diffusers.__version__,
            "scheduler": ["diffusers", "PNDMScheduler"],
            "text_encoder": ["transformers", "CLIPTextModel"],
            "tokenizer": ["transformers", "CLIPTokenizer"],
            "unet": ["diffusers", "UNet2DConditionModel"],
            "vae": ["diffusers", "AutoencoderKL"],
        }
        (config / "model_index.json").write_text(json.dumps(index))
    command = [sys.executable, "-c", THEIRS, str(folder / "sd15.safetensors"), str(config), str(out)]
    return {**watch(command, folder / "theirs.log"), "disk": size(out)}


def detection(folder: Path, rounds: int = 7) -> dict[str, float]:
    """A file of SDXL's real names and 7 GB, its weights a hole: the first look, and those after it."""
    import original

    from inference.detecting import detect

    path = folder / "sdxl-hole.safetensors"
    if not path.is_file():
        original.write_header(path, original.shapes("sdxl"))
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        detect(path)
        times.append(time.perf_counter() - began)
    return {"bytes": path.stat().st_size, "first": times[0], "median": sorted(times)[rounds // 2]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--precision", action="append", default=[])
    parser.add_argument("--theirs", action="store_true")
    parser.add_argument("--detect", action="store_true")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    make(args.folder / "sd15.safetensors")
    found: dict[str, object] = {"machine": machine()}
    if args.detect:
        found["detection"] = detection(args.folder)
    for precision in args.precision:
        found[precision] = ours(args.folder, precision)
    if args.theirs:
        found["theirs"] = theirs(args.folder)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
