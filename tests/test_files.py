from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from inference.errors import BadRequest
from inference.files import replace_file, replace_folder, write_text

PLACES = ["plain", "with some spaces", "文件夹 と スペース", "ä'é&%"]


class Trouble(Exception):
    """Something that has nothing to do with files."""


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("place", PLACES)
def test_a_file_is_replaced_in_any_folder(tmp_path: Path, place: str) -> None:
    path = tmp_path / place / "deeper" / f"{place}.txt"
    write_text(path, "old")
    write_text(path, "new 猫")
    assert tree(tmp_path) == {path.relative_to(tmp_path).as_posix(): "new 猫"}


@pytest.mark.parametrize("place", PLACES)
def test_a_folder_is_replaced_in_any_folder(tmp_path: Path, place: str) -> None:
    path = tmp_path / place / "model"
    for text in ("old", "new"):
        with replace_folder(path) as draft:
            (draft / text).write_text(text)
    assert tree(path) == {"new": "new"}
    assert [entry.name for entry in path.parent.iterdir()] == ["model"]


@pytest.mark.parametrize("error", [Trouble, OSError("no space left"), KeyboardInterrupt])
def test_the_old_file_stays_when_writing_fails(tmp_path: Path, error: type[BaseException] | BaseException) -> None:
    path = tmp_path / "picture.png"
    path.write_text("old")
    with pytest.raises((Trouble, BadRequest, KeyboardInterrupt)), replace_file(path) as draft:
        draft.write_text("half of the n")
        raise error
    assert tree(tmp_path) == {"picture.png": "old"}


@pytest.mark.parametrize("error", [Trouble, OSError("no space left"), KeyboardInterrupt])
def test_the_old_folder_stays_when_filling_fails(tmp_path: Path, error: type[BaseException] | BaseException) -> None:
    path = tmp_path / "model"
    path.mkdir()
    (path / "old").write_text("old")
    with pytest.raises((Trouble, BadRequest, KeyboardInterrupt)), replace_folder(path) as draft:
        (draft / "new").write_text("half")
        raise error
    assert tree(tmp_path) == {"model/old": "old"}
    assert [entry.name for entry in tmp_path.iterdir()] == ["model"]


def test_nothing_is_left_when_there_was_nothing(tmp_path: Path) -> None:
    with pytest.raises(Trouble), replace_file(tmp_path / "new.txt") as draft:
        draft.write_text("half")
        raise Trouble
    with pytest.raises(Trouble), replace_folder(tmp_path / "new") as draft:
        raise Trouble
    assert list(tmp_path.iterdir()) == []


def test_the_old_file_is_seen_until_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with replace_file(path) as draft:
        draft.write_text("new")
        assert path.read_text() == "old"
        assert draft.parent == path.parent, "the draft lies on another disk, perhaps"
        assert draft.suffix == path.suffix, "libraries choose a format by the ending"
    assert path.read_text() == "new"


def test_the_folder_comes_back_when_the_new_one_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model"
    path.mkdir()
    (path / "old").write_text("old")
    rename = Path.rename

    def denied(self: Path, target: Path) -> Path:
        if target == path and not self.name.endswith(".old"):
            raise PermissionError(13, "Permission denied", str(self))
        return rename(self, target)

    with monkeypatch.context() as patch, pytest.raises(BadRequest, match="permission denied"):
        patch.setattr(Path, "rename", denied)
        with replace_folder(path) as draft:
            (draft / "new").write_text("new")
    assert tree(tmp_path) == {"model/old": "old"}


@pytest.mark.parametrize("replace", [replace_file, replace_folder])
def test_a_file_in_the_place_of_the_folder_is_bad_input(tmp_path: Path, replace: object) -> None:
    (tmp_path / "taken").write_text("mine")
    with (
        pytest.raises(BadRequest, match="could not be written") as refused,
        replace(tmp_path / "taken" / "picture.png"),  # type: ignore[operator]
    ):
        pass
    assert refused.value.exit_status == 2
    assert refused.value.hint
    assert tree(tmp_path) == {"taken": "mine"}


def test_a_file_is_not_taken_for_a_folder_to_replace(tmp_path: Path) -> None:
    (tmp_path / "model").write_text("mine")
    with pytest.raises(BadRequest, match="could not be written"), replace_folder(tmp_path / "model") as draft:
        (draft / "new").write_text("new")
    assert tree(tmp_path) == {"model": "mine"}


def test_a_folder_is_not_taken_for_a_file_to_replace(tmp_path: Path) -> None:
    (tmp_path / "picture.png").mkdir()
    with pytest.raises(BadRequest, match="could not be written"):
        write_text(tmp_path / "picture.png", "new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["picture.png"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is denied to this user")
def test_a_folder_that_may_not_be_written_is_bad_input(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with pytest.raises(BadRequest, match="could not be written") as refused:
            write_text(tmp_path / "a.txt", "new")
    finally:
        tmp_path.chmod(stat.S_IRWXU)
    assert refused.value.exit_status == 2


@pytest.mark.skipif(os.name == "nt", reason="modes are of POSIX")
def test_what_was_written_can_be_read_as_the_umask_says(tmp_path: Path) -> None:
    usual = tmp_path / "usual"
    usual.touch()
    write_text(tmp_path / "a.txt", "new")
    with replace_folder(tmp_path / "folder"):
        pass
    assert (tmp_path / "a.txt").stat().st_mode == usual.stat().st_mode
    assert (tmp_path / "folder").stat().st_mode & 0o055 == (usual.stat().st_mode & 0o044) | (
        (usual.stat().st_mode & 0o044) >> 2
    )


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "there" / "real.txt", tmp_path / "link.txt"
    write_text(real, "old")
    try:
        link.symlink_to(real)
    except OSError:
        pytest.skip("links cannot be made here")
    write_text(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"


@pytest.mark.parametrize("name", ["x" * 250 + ".png", "猫" * 80 + ".png"])
def test_names_may_be_as_long_as_the_disk_allows(tmp_path: Path, name: str) -> None:
    write_text(tmp_path / name, "new")
    with replace_folder(tmp_path / name.removesuffix(".png")) as draft:
        (draft / "a").write_text("a")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == sorted([name, name.removesuffix(".png")])
