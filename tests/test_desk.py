"""Documents are opened, saved, kept safe and closed; files are read and written in threads."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fake_engine import PATIENCE, ask, picture
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from desktop_app import desk as desk_module
from desktop_app.background import Background
from desktop_app.desk import Desk, recovery_folder
from desktop_app.document.arranging import add_layer, rename_layer
from desktop_app.document.document import Document
from desktop_app.document.filling import fill
from desktop_app.document.opening import open_document, save_document
from desktop_app.document.recovery import left_behind
from desktop_app.results import Mode, Run
from desktop_app.session import Session
from inference.errors import BadRequest, GouacheError
from inference.geometry import Bounds
from inference.pictures import read_picture, write_picture

MS = PATIENCE * 1000


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    background = Background()
    made = Desk(background)
    made.errors = []  # type: ignore[attr-defined]
    made.failed.connect(made.errors.append)  # type: ignore[attr-defined]
    yield made
    background.close()
    made.close_all()
    shutil.rmtree(recovery_folder(), ignore_errors=True)


def errors(desk: Desk) -> list[GouacheError]:
    return desk.errors  # type: ignore[attr-defined, no-any-return]


def grainy() -> Document:
    return Document.of(np.random.default_rng(3).integers(0, 256, (30, 40, 4), np.uint8))


def settled(desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not desk._background.busy, timeout=MS)


def saved(desk: Desk, session: Session, path: Path, qtbot: QtBot) -> None:
    desk.save(session, path)
    settled(desk, qtbot)


def rename(session: Session, name: str) -> None:
    session.do(rename_layer(session.document, session.document.layers[0].id, name))


def reopened(desk: Desk, path: Path, qtbot: QtBot) -> Session:
    with qtbot.waitSignal(desk.opened, timeout=MS) as opened:
        desk.open(path)
    return opened.args[0]


def test_saved_and_opened_again(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    session = desk.add(grainy(), "picture", saved=False)
    session.do(add_layer(session.document, name="second"))
    assert session.changed
    saved(desk, session, tmp_path / "a.ora", qtbot)
    assert (session.changed, session.title) == (False, "a.ora")
    whole = session.document.compose()
    desk.close(session)
    again = reopened(desk, tmp_path / "a.ora", qtbot)
    assert np.array_equal(again.document.compose(), whole)
    assert [layer.name for layer in again.document.layers] == ["Background", "second"]
    assert again.path == tmp_path / "a.ora"


def test_a_picture_has_no_file_to_be_saved_in(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    write_picture(tmp_path / "photo.png", grainy().compose())
    session = reopened(desk, tmp_path / "photo.png", qtbot)
    assert (session.path, session.title, session.changed) == (None, "photo", False)


def test_opened_twice_it_comes_to_the_front(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    save_document(tmp_path / "a.ora", grainy())
    first = reopened(desk, tmp_path / "a.ora", qtbot)
    other = desk.add(grainy(), "other")
    assert desk.current is other
    desk.open(tmp_path / "a.ora")
    settled(desk, qtbot)
    assert desk.current is first
    assert len(desk.sessions) == 2


class Slow:
    """Stands for a function of ``desk``: it waits until it is let go. ``begun`` counts its calls."""

    def __init__(self, patch: pytest.MonkeyPatch, name: str) -> None:
        self.real = getattr(desk_module, name)
        self.begun, self.go = 0, threading.Event()
        patch.setattr(desk_module, name, self)

    def __call__(self, *given: object) -> None:
        self.begun += 1
        assert self.go.wait(PATIENCE)
        self.real(*given)


def test_what_was_done_while_it_was_saved_is_still_unsaved(
    desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(monkeypatch, "save_document")
    session = desk.add(grainy(), "picture")
    desk.save(session, tmp_path / "a.ora")
    qtbot.waitUntil(lambda: slow.begun == 1, timeout=MS)
    rename(session, "meanwhile")
    slow.go.set()
    settled(desk, qtbot)
    assert session.changed
    assert session.path == tmp_path / "a.ora"
    assert open_document(tmp_path / "a.ora").document.layers[0].name == "Background"


def test_saves_of_a_document_wait_for_each_other_and_the_last_one_wins(
    desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(monkeypatch, "save_document")
    session = desk.add(grainy(), "picture")
    heard: list[str] = []
    desk.save(session, tmp_path / "a.ora", lambda: heard.append("first"))
    qtbot.waitUntil(lambda: slow.begun == 1, timeout=MS)
    rename(session, "later")
    desk.save(session, tmp_path / "a.ora", lambda: heard.append("second"))
    qtbot.waitUntil(lambda: len(desk._background._tasks) == 1, timeout=MS)
    assert slow.begun == 1, "the second one waits"
    assert desk.writing
    slow.go.set()
    with qtbot.waitSignal(desk.written, timeout=MS):
        pass
    settled(desk, qtbot)
    assert (heard, session.changed, desk.writing) == (["first", "second"], False, False)
    assert open_document(tmp_path / "a.ora").document.layers[0].name == "later"


def test_a_document_that_is_closed_while_it_is_saved_is_saved(
    desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(monkeypatch, "save_document")
    session = desk.add(grainy(), "picture")
    desk.save(session, tmp_path / "a.ora")
    qtbot.waitUntil(lambda: slow.begun == 1, timeout=MS)
    desk.close(session)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    slow.go.set()
    settled(desk, qtbot)
    assert not desk.writing
    assert open_document(tmp_path / "a.ora").document.layers[0].name == "Background"


def test_an_autosave_waits_for_the_end_of_a_stroke(desk: Desk, qtbot: QtBot) -> None:
    session = desk.add(grainy(), "picture", saved=False)
    rename(session, "new")
    session.begin("Brush")
    desk.autosave()
    assert not desk._background.busy
    session.commit()
    desk.autosave()
    settled(desk, qtbot)
    assert len(list(recovery_folder().glob("*.ora"))) == 1


def test_what_is_painted_while_it_is_copied_is_copied_again(desk: Desk, qtbot: QtBot) -> None:
    session = desk.add(grainy(), "picture")
    session.do(add_layer(session.document, name="second"))
    first = session.document.layers[0]
    copy = session.document.copying()
    session.do(*fill(session.document, (9, 8, 7), layer=first.id))
    copies = copy()
    assert session.document.painted_since(copies)
    shot = session.document.snapshot(copies)
    assert not session.document.painted_since(shot)
    assert np.array_equal(shot.compose(), session.document.compose())
    assert shot.layers[1].raster is copies.layers[1].raster, "what was not painted on is not copied again"


def test_a_copy_that_cannot_be_written_at_the_end_does_not_keep_the_others_from_it(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = [desk.add(grainy(), name, saved=False) for name in ("first", "second")]
    for session in sessions:
        rename(session, "new")

    def fail(*_: object) -> None:
        raise BadRequest("The disk is full.")

    monkeypatch.setattr(desk._kept[sessions[0]].autosave, "write", fail)
    desk.copy_now()
    assert len(list(recovery_folder().glob("*.ora"))) == 1


def test_a_place_that_cannot_be_written_is_said_and_the_document_stays_unsaved(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    session = desk.add(grainy(), "picture", saved=False)
    saved(desk, session, tmp_path / "file" / "a.ora", qtbot)
    assert "could not be written" in errors(desk)[0].message
    assert session.changed
    assert session.path is None


def test_a_file_that_is_not_there_is_said(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(desk.missing, timeout=MS):
        desk.open(tmp_path / "gone.png")
    settled(desk, qtbot)
    assert "does not exist" in errors(desk)[0].message
    assert desk.sessions == ()


def made(session: Session, seed: int = 7) -> None:
    run = Run(mode=Mode.INPAINT, title="a gem", frame=Bounds(3, 4, 64, 64), wanted=1, open=True)
    session.results.begin(run)
    session.results.add(run.id, picture(ask(seed), 0))
    session.results.end(run.id)


def test_results_are_kept_with_the_document(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    session = desk.add(grainy(), "picture")
    assert not session.changed
    made(session)
    assert session.changed
    saved(desk, session, tmp_path / "a.ora", qtbot)
    desk.close(session)
    again = reopened(desk, tmp_path / "a.ora", qtbot)
    (run,) = again.results.runs
    (result,) = run.results
    assert (run.mode, run.title, run.frame, run.open) == (Mode.INPAINT, "a gem", Bounds(3, 4, 64, 64), False)
    assert (result.seed, result.bounds, result.recipe.prompt) == (7, Bounds(3, 4, 64, 64), "a fox")
    assert np.array_equal(result.pixels, np.full((64, 64, 4), 7, np.uint8))
    assert (result.coverage == 255).all()
    assert not again.changed
    saved(desk, again, tmp_path / "b.ora", qtbot)
    desk.close(again)
    assert len(reopened(desk, tmp_path / "b.ora", qtbot).results.runs) == 1


def test_results_follow_the_canvas_into_the_file(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    from desktop_app.document.arranging import extend_canvas  # noqa: PLC0415

    session = desk.add(grainy(), "picture")
    made(session)
    session.do(extend_canvas(session.document, left=10, top=5))
    saved(desk, session, tmp_path / "a.ora", qtbot)
    desk.close(session)
    again = reopened(desk, tmp_path / "a.ora", qtbot)
    assert again.results.runs[0].results[0].bounds == Bounds(13, 9, 64, 64)


def test_autosave_and_recovery(desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    session = desk.add(grainy(), "picture")
    desk.autosave()
    assert not desk._background.busy, "nothing has changed"
    session.do(rename_layer(session.document, session.document.layers[0].id, "mine"))
    made(session)
    desk.autosave()
    settled(desk, qtbot)
    assert left_behind(recovery_folder()) == [], "this session is still running"
    monkeypatch.setattr("desktop_app.document.recovery._runs", lambda *_: False)
    (left,) = left_behind(recovery_folder())
    assert left.title == "picture"
    with qtbot.waitSignal(desk.opened, timeout=MS) as opened:
        desk.recover(left)
    settled(desk, qtbot)
    again = opened.args[0]
    assert again.changed
    assert again.document.layers[0].name == "mine"
    assert len(again.results.runs) == 1
    assert not left.file.exists(), "the copy of the new session has taken its place"
    assert len(left_behind(recovery_folder())) == 1


def test_saving_takes_the_copy_away(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    session = desk.add(grainy(), "picture", saved=False)
    session.do(rename_layer(session.document, session.document.layers[0].id, "mine"))
    desk.autosave()
    settled(desk, qtbot)
    assert list(recovery_folder().glob("*.ora"))
    saved(desk, session, tmp_path / "a.ora", qtbot)
    assert not list(recovery_folder().glob("*.ora"))


@pytest.mark.parametrize("keep", [True, False])
def test_closing_takes_the_copies_away_unless_the_system_ends_the_program(qtbot: QtBot, keep: bool) -> None:
    background = Background()
    desk = Desk(background)
    session = desk.add(grainy(), "picture", saved=False)
    session.do(rename_layer(session.document, session.document.layers[0].id, "mine"))
    background.close()
    desk.copy_now()
    desk.close_all(keep_copies=keep)
    assert bool(list(recovery_folder().glob("*.ora"))) is keep
    shutil.rmtree(recovery_folder(), ignore_errors=True)


def test_exported_as_seen(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    session = desk.add(grainy(), "picture")
    desk.export(session, tmp_path / "a.png", None)
    settled(desk, qtbot)
    assert np.array_equal(read_picture(tmp_path / "a.png").pixels, session.document.compose())
    assert not session.changed


def test_a_copy_that_cannot_be_written_is_said_with_the_documents_name(desk: Desk, qtbot: QtBot) -> None:
    session = desk.add(grainy(), "my picture")
    session.do(rename_layer(session.document, session.document.layers[0].id, "mine"))
    recovery_folder().parent.mkdir(parents=True, exist_ok=True)
    recovery_folder().write_text("in the way")
    try:
        desk.autosave()
        settled(desk, qtbot)
        assert "'my picture' could not be copied for safety" in errors(desk)[0].message
    finally:
        recovery_folder().unlink()
