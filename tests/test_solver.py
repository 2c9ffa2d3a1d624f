"""Compiled schedulers give what diffusers' schedulers give, and spare their import."""

import subprocess
import sys

import numpy as np
import pytest

from inference.errors import BadRequest
from inference.noise import SeededNoise
from inference.samplers import SAMPLERS
from inference.schedulers import Sampler, compile_table
from inference.solver import Table, Tables, TableSampler

SD15 = {
    "_class_name": "PNDMScheduler",
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "num_train_timesteps": 1000,
    "set_alpha_to_one": False,
    "skip_prk_steps": True,
    "steps_offset": 1,
    "clip_sample": False,
}
ZERO_SNR = {
    "_class_name": "DDIMScheduler",
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "num_train_timesteps": 1000,
    "prediction_type": "v_prediction",
    "rescale_betas_zero_snr": True,
    "timestep_spacing": "trailing",
    "clip_sample": False,
    "steps_offset": 0,
}
CONFIGS = {"sd15": SD15, "zero snr": ZERO_SNR}
SHAPE = (2, 4, 5, 7)


def close(ours, theirs, what):
    # Diffusers computes in float32, at noise levels of up to 4096: it is the one that is off.
    tolerance = 3e-4 * max(1.0, float(np.abs(theirs).max()))
    worst = float(np.abs(ours - theirs).max())
    assert worst <= tolerance, f"{what}: {worst:.2g} apart, allowed {tolerance:.2g}"


@pytest.mark.parametrize("strength", [1.0, 0.55])
@pytest.mark.parametrize("steps", [3, 20])
@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("name", SAMPLERS)
def test_a_table_gives_what_the_scheduler_gives(name, config, steps, strength):
    noise = SeededNoise((3, 4))
    table = compile_table(CONFIGS[config], name, steps, strength)
    assert table is not None, "not compiled"
    table = Table.from_json(table.as_json())
    live = Sampler(CONFIGS[config], name, steps, strength=strength, noise=noise)
    quick = TableSampler(table, noise)
    assert np.array_equal(live.timesteps, quick.timesteps)
    assert live.start_scale == quick.start_scale
    clean = noise.draw("clean", SHAPE)
    ours = theirs = noise.draw("start", SHAPE) * np.float32(live.start_scale)
    for index in range(len(live)):
        what = f"{name}, step {index} of {len(live)}"
        scaled = live.scale(theirs, index)
        close(quick.scale(ours, index), scaled, f"{what}, what the UNet sees")
        prediction = noise.draw("prediction", SHAPE, index)
        close(quick.clean(prediction, index, scaled), live.clean(prediction, index, scaled), f"{what}, preview")
        again = noise.draw("again", SHAPE)
        close(quick.add_noise(clean, again, index), live.add_noise(clean, again, index), f"{what}, noise added")
        theirs, ours = live.step(prediction, index, theirs), quick.step(prediction, index, ours)
        close(ours, theirs, what)


def test_a_scheduler_that_clips_is_not_compiled_but_run():
    clipping = {**ZERO_SNR, "clip_sample": True}
    assert compile_table(clipping, "ddim", 5, 1.0) is None
    assert isinstance(Tables(None).sampler(clipping, "ddim", 5, noise=SeededNoise((0,))), Sampler)


def test_tables_are_kept_on_disk_and_a_broken_one_is_made_again(tmp_path):
    wanted = Tables(tmp_path).table(SD15, "euler", 4, 1.0)
    (file,) = tmp_path.iterdir()
    assert Table.from_json(file.read_text()) == wanted
    for broken in ("", "{}", "[1, 2", '{"rows": 3, "start_scale": 1}'):
        file.write_text(broken)
        assert Tables(tmp_path).table(SD15, "euler", 4, 1.0) == wanted
        assert Table.from_json(file.read_text()) == wanted


def test_runs_that_differ_have_tables_of_their_own(tmp_path):
    tables = Tables(tmp_path)
    runs = [("euler", 4, 1.0), ("euler", 5, 1.0), ("ddim", 4, 1.0), ("euler", 4, 0.5), ("euler", 4, 0.6)]
    found = [tables.table(SD15, *run) for run in runs]
    assert found[3] == found[4], "0.5 and 0.6 of 4 steps are both 2"
    assert len(list(tmp_path.iterdir())) == 4


def test_too_many_steps_are_refused_in_a_sentence():
    with pytest.raises(BadRequest, match="cannot run 60 steps"):
        Tables(None).sampler(SD15, "lcm", 60, noise=SeededNoise((0,)))


def test_a_known_table_spares_torch(tmp_path):
    Tables(tmp_path).table(SD15, "euler", 4, 1.0)
    code = (
        "import sys, json\nfrom pathlib import Path\nfrom inference.solver import Tables\n"
        f"Tables(Path({str(tmp_path)!r})).table(json.loads({__import__('json').dumps(SD15)!r}), 'euler', 4, 1.0)\n"
        "sys.exit('imported torch' if 'torch' in sys.modules else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
