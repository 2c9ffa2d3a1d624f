"""The command line as people use it: results on stdout, one line on stderr when something is wrong, exit statuses."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import main as program
from inference.metadata import read_recipe
from inference.pictures import read_picture
from inference.post.chain import Chain

ROOT = Path(program.__file__).parent
FAST = ["--steps", "3", "--seed", "3", "--device", "cpu", "--quiet"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    picture = np.zeros((128, 128, 4), np.uint8)
    picture[32:96, 32:96] = (200, 60, 40, 255)
    Image.fromarray(picture).save("box.png")
    mask = np.zeros((128, 128), np.uint8)
    mask[48:80, 48:80] = 255
    Image.fromarray(mask).save("mask.png")
    Image.fromarray(mask[:64]).save("half.png")
    Image.fromarray(np.zeros_like(mask)).save("empty-mask.png")
    Path("text.png").write_text("no picture")
    return tmp_path


def run(*arguments):
    return program.main([str(a) for a in arguments])


def pixels_of(path):
    with Image.open(path) as image:
        return np.asarray(image)


def test_generate_prints_the_paths_of_pictures_that_carry_their_recipe(folder, capsys):
    assert run("generate", "a red apple", "--style", "flat", "--count", "2", "--out", "made", *FAST) == 0
    paths = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert [path.name for path in paths] == ["a-red-apple-3.png", "a-red-apple-4.png"]
    assert [read_recipe(path).seed for path in paths] == [3, 4]
    assert all(pixels_of(path).shape == (128, 128, 4) for path in paths)


def test_a_second_run_overwrites_nothing(folder, capsys):
    for _ in range(2):
        assert run("generate", "apple", "--out", "made", *FAST) == 0
    names = [Path(line).name for line in capsys.readouterr().out.splitlines()]
    assert names == ["apple-3.png", "apple-3-2.png"]


def test_from_makes_the_same_picture_bit_for_bit(folder):
    words = ["--style", "noto", "--guidance", "3", "--scheduler", "euler-a", "--variation-seed", "8"]
    words += ["--variation-strength", "0.3", "--seamless", "x", "--size", "96x64", "--clip-skip", "1"]
    assert run("generate", "(red:1.3) apple", "--negative", "blue", "--count", "2", "--out", "a", *words, *FAST) == 0
    made = Path("a/red-apple-4.png")
    assert run("generate", "--from", made, "--out", "b", "--quiet", "--device", "cpu") == 0
    (again,) = Path("b").iterdir()
    assert again.read_bytes() == made.read_bytes()


def test_pictures_are_finished_by_steps_that_a_recipe_remembers(folder, capsys):
    assert run("generate", "apple", "--out", "plain", *FAST) == 0
    assert run("generate", "apple", "--out", "a", "--post", "pixelate:cells=16 outline", *FAST) == 0
    plain, made = (read_picture(next(Path(each).iterdir())).pixels for each in ("plain", "a"))
    assert np.array_equal(made, Chain.from_text("pixelate:cells=16 outline").apply(plain))
    (path,) = Path("a").iterdir()
    assert run("generate", "--from", path, "--out", "b", "--quiet", "--device", "cpu") == 0
    assert next(Path("b").iterdir()).read_bytes() == path.read_bytes()
    assert run("generate", "--from", path, "--post", "", "--out", "c", "--quiet", "--device", "cpu") == 0
    assert np.array_equal(read_picture(next(Path("c").iterdir())).pixels, plain)
    assert run("generate", "apple", "--out", "d", "--post", "pixellate", *FAST) == 2
    assert "pixelate" in capsys.readouterr().err


def test_a_chinese_prompt_survives_in_name_and_recipe(folder, capsys):
    assert run("generate", "红苹果, 水彩", "--out", "made", *FAST) == 0
    path = Path(capsys.readouterr().out.strip())
    assert path.name == "红苹果-水彩-3.png"
    assert read_recipe(path).prompt == "红苹果, 水彩"
    with Image.open(path) as image:
        assert "红苹果" in image.text["parameters"]


def test_json_says_all_of_it(folder, capsys):
    assert run("generate", "apple", "--out", "made", "--json", *FAST) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert Path(entry["path"]).exists()
    assert entry["recipe"]["steps"] == 3
    assert "CPUExecutionProvider" in entry["recipe"]["backend"]


def test_inpaint_keeps_what_is_not_masked(folder, capsys):
    assert run("inpaint", "box.png", "skull", "--mask", "mask.png", "--out", "new.png", "--keep-outside", *FAST) == 0
    assert capsys.readouterr().out == "new.png\n"
    old, new = (pixels_of(name) for name in ("box.png", "new.png"))
    outside = pixels_of("mask.png") == 0
    assert np.array_equal(old[outside], new[outside])
    assert not np.array_equal(old[~outside], new[~outside])


def test_inpaint_from_a_recipe_makes_the_same_again(folder):
    run(
        "inpaint",
        "box.png",
        "skull",
        "--mask",
        "mask.png",
        "--out",
        "a.png",
        "--strength",
        "0.8",
        "--fill",
        "blur",
        *FAST,
    )
    again = ["--from", "a.png", "--mask", "mask.png", "--out", "b.png", "--quiet", "--device", "cpu"]
    assert run("inpaint", "box.png", *again) == 0
    assert Path("a.png").read_bytes() == Path("b.png").read_bytes()


def test_extend_paints_outwards(folder):
    assert run("inpaint", "box.png", "box", "--extend", "16,0,32,8", "--out", "wide.png", *FAST) == 0
    wide, box = (pixels_of(name) for name in ("wide.png", "box.png"))
    assert wide.shape == (136, 176, 4)
    assert np.array_equal(wide[8:100, 48:112], box[8:100, 32:96])


def test_vary_fills_a_sheet_of_styles_by_strengths(folder, capsys):
    words = ["--style", "flat", "--style", "noto", "--strength", "0.3", "--strength", "0.9"]
    assert run("vary", "box.png", "box", "--out", "v", *words, *FAST) == 0
    names = [Path(line).name for line in capsys.readouterr().out.splitlines()]
    assert names[:4] == ["box-flat-0.3-3.png", "box-flat-0.9-3.png", "box-noto-0.3-3.png", "box-noto-0.9-3.png"]
    assert names[4:] == ["box-sheet.png"]


def test_vary_keeps_outline_and_palette_and_from_keeps_them_again(folder, capsys):
    words = ["--silhouette", "keep", "--colour", "palette", "--strength", "0.9"]
    assert run("vary", "box.png", "box", "--out", "v", *words, *FAST) == 0
    made = Path(capsys.readouterr().out.splitlines()[0])
    source = pixels_of("box.png")
    assert np.array_equal(pixels_of(made)[..., 3:], source[..., 3:])
    own = {bytes(colour) for colour in source.reshape(-1, source.shape[2])[:, :3]}
    assert {bytes(colour) for colour in pixels_of(made).reshape(-1, source.shape[2])[:, :3]} <= own
    assert run("vary", "box.png", "--out", "w", "--from", str(made), "--quiet", "--device", "cpu") == 0
    again = Path(capsys.readouterr().out.splitlines()[0])
    assert np.array_equal(pixels_of(made), pixels_of(again))


def test_references_need_to_be_given_again(folder, capsys):
    assert run("generate", "box", "--out", "r", "--reference", "box.png", "--reference-weight", "0.9", *FAST) == 0
    made = Path(capsys.readouterr().out.splitlines()[0])
    assert run("generate", "--from", str(made), "--out", "s", "--reference", "box.png", "--quiet") == 0
    said = capsys.readouterr()
    assert "reference" not in said.err
    assert np.array_equal(pixels_of(said.out.splitlines()[0]), pixels_of(made))
    assert run("generate", "--from", str(made), "--out", "s", "--quiet") == 0
    said = capsys.readouterr()
    assert "Give them with --reference" in said.err
    assert not np.array_equal(pixels_of(said.out.splitlines()[0]), pixels_of(made))


def test_the_demo_does_the_main_job_twice_with_the_same_result(folder, capsys):
    made = []
    for _ in range(2):
        assert run("demo", "--device", "cpu", "--quiet") == 0
        paths = [Path(line) for line in capsys.readouterr().out.splitlines()]
        made.append({path.name: path.read_bytes() for path in paths})
    assert len(made[0]) == 7
    assert made[0] == made[1]
    assert sorted(made[0]) == sorted(path.name for path in Path("out").iterdir())


def test_models_list_and_inspect_describe_the_embedded_model(folder, capsys):
    assert run("models", "list", "--json") == 0
    assert "sprites" in [row["name"] for row in json.loads(capsys.readouterr().out)]
    assert run("models", "inspect", "sprites", "--json", "--hash") == 0
    described = json.loads(capsys.readouterr().out)
    assert described["pictures"].startswith("RGBA, 128x128")
    assert described["verified"] == "all files are as they were exported"
    assert described["prediction"] == "v_prediction"
    assert "CC-BY" in described["licence"]


def test_doctor_runs_a_smoke_job_and_names_the_provider(folder, capsys):
    assert run("doctor", "--json", "--device", "cpu") == 0
    report = json.loads(capsys.readouterr().out)
    assert "CPUExecutionProvider" in report["really in use"]
    assert report["problems"] == ["none"]


BAD = {
    "steps 0": ["generate", "x", "--steps", "0"],
    "no number": ["generate", "x", "--steps", "many"],
    "a negative seed": ["generate", "x", "--seed", "-1"],
    "guidance too high": ["generate", "x", "--guidance", "99"],
    "no pictures": ["generate", "x", "--count", "0"],
    "an unknown option": ["generate", "x", "--bogus"],
    "an unknown command": ["frobnicate"],
    "an unknown model": ["generate", "x", "--model", "spritez"],
    "a folder that is no model": ["generate", "x", "--model", "./"],
    "an unknown scheduler": ["generate", "x", "--scheduler", "eulr"],
    "an unknown style": ["generate", "x", "--style", "flut"],
    "a size that is not allowed": ["generate", "x", "--size", "130"],
    "a size that is none": ["generate", "x", "--size", "big"],
    "a file in the folder's place": ["generate", "x", "--out", "box.png"],
    "a recipe that is missing": ["generate", "--from", "box.png"],
    "a picture that is missing": ["inpaint", "no.png", "x", "--mask", "mask.png"],
    "a picture that is text": ["inpaint", "text.png", "x", "--mask", "mask.png"],
    "a mask that is missing": ["inpaint", "box.png", "x"],
    "a mask that is text": ["inpaint", "box.png", "x", "--mask", "text.png"],
    "a mask of another size": ["inpaint", "box.png", "x", "--mask", "half.png"],
    "an empty mask": ["inpaint", "box.png", "x", "--mask", "empty-mask.png"],
    "strength above 1": ["inpaint", "box.png", "x", "--mask", "mask.png", "--strength", "1.5"],
    "a colour lock that is none": ["vary", "box.png", "x", "--colour", "neon"],
    "a reference that is text": ["generate", "x", "--reference", "text.png"],
    "a reference weight above 1": ["generate", "x", "--reference", "box.png", "--reference-weight", "2"],
    "strength nan": ["vary", "box.png", "x", "--strength", "nan"],
    "an extension that is none": ["inpaint", "box.png", "x", "--extend", "1,2"],
    "an extension too large": ["inpaint", "box.png", "x", "--extend", "0,0,9999,0"],
    "a result that exists": ["inpaint", "box.png", "x", "--mask", "mask.png", "--out", "mask.png"],
    "an ending that is not known": ["inpaint", "box.png", "x", "--mask", "mask.png", "--out", "new.xyz"],
    "an export of nothing": ["models", "export", "nothing", "--out", "new"],
    "an inspection of a picture": ["models", "inspect", "./box.png"],
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_and_status_2_and_leaves_nothing(folder, capsys, name):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    try:
        status = run(*BAD[name], *(["--quiet"] if BAD[name][0] in ("generate", "inpaint", "vary") else []))
    except SystemExit as leaving:
        status = leaving.code
    captured = capsys.readouterr()
    assert status == 2
    assert captured.out == ""
    lines = captured.err.strip().splitlines()
    assert len(lines) == 1, captured.err
    assert lines[0].startswith("gouache: ")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def python(*arguments, **options):
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=120, **options)


def test_the_help_of_every_command_is_there_without_torch_or_onnxruntime():
    code = (
        "import sys; import main\n"
        "parser = main.build_parser(); parser.format_help()\n"
        "heavy = {'torch', 'onnxruntime', 'diffusers', 'PySide6'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = python("-c", code, cwd=ROOT)
    assert done.returncode == 0, done.stderr


def test_it_works_from_another_folder_and_a_full_disk_is_said(tmp_path):
    place = tmp_path / "a folder 画"
    place.mkdir()
    done = python(str(ROOT / "main.py"), "generate", "apple", *FAST, cwd=place)
    assert done.returncode == 0, done.stderr
    assert (place / done.stdout.strip()).exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_broken_pipe_or_full_stdout_is_no_traceback(tmp_path):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, str(ROOT / "main.py"), "models", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            cwd=tmp_path,
        )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr


def test_export_of_a_folder_that_is_no_pipeline_leaves_nothing(folder, capsys):
    (folder / "not-a-model").mkdir()
    shutil.copy("text.png", "not-a-model/model_index.json")
    assert run("models", "export", "not-a-model", "--out", "new") == 2
    assert "not readable JSON" in capsys.readouterr().err
    assert not Path("new").exists()
