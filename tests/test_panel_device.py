"""The device panel and the badge: what they say before and after the engine has spoken. No test sleeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fake_engine import PATIENCE, FakeEngine, ask
from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop_app import theme
from desktop_app.jobs import Jobs
from desktop_app.panels import device as device_module
from desktop_app.panels.device import DeviceBadge, DevicePanel
from inference.api import Device

MS = PATIENCE * 1000
GOOD = Device(
    title="CUDA",
    provider="CUDAExecutionProvider",
    name="NVIDIA H100",
    threads=1,
    memory=24 << 30,
    weights=345 << 20,
    models=("sprites", "castles"),
)
MISSED = replace(
    GOOD,
    title="CPU",
    provider="CPUExecutionProvider",
    name="Some processor",
    threads=4,
    missed="The GPU is not used: a library is missing.",
)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine().open()


@pytest.fixture
def jobs(engine: FakeEngine) -> Iterator[Jobs]:
    theme.apply(theme.DARK)
    usual = QLocale()
    QLocale.setDefault(QLocale("en_US"))
    made = Jobs(lambda: engine)
    yield made
    assert made.close(PATIENCE)
    made.deleteLater()
    QLocale.setDefault(usual)


@pytest.fixture
def panel(qtbot: QtBot, jobs: Jobs) -> DevicePanel:
    made = DevicePanel(jobs)
    qtbot.addWidget(made)
    made.resize(280, 400)
    made.show()
    return made


@pytest.fixture
def badge(qtbot: QtBot, jobs: Jobs) -> DeviceBadge:
    made = DeviceBadge(jobs)
    qtbot.addWidget(made)
    made.show()
    return made


def run(qtbot: QtBot, jobs: Jobs, engine: FakeEngine, device: Device) -> None:
    """A job on that device."""
    engine.device = device
    with qtbot.waitSignal(jobs.ended, timeout=MS):
        jobs.submit(ask(1))


def words(panel: DevicePanel) -> str:
    return "\n".join(each.text() for each in panel.findChildren(QLabel) if each.isVisible())


def holds(badge: DeviceBadge, colour: str) -> bool:
    image = badge.grab().toImage()
    return QColor(colour).name() in {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


def test_before_the_first_job(panel: DevicePanel, badge: DeviceBadge) -> None:
    assert "The model loads with the first picture." in words(panel)
    assert "Threads" not in words(panel)
    assert not panel._strip.isVisible()
    assert badge.state == "unknown"
    assert badge.toolTip() == "The model loads with the first picture."
    assert not holds(badge, theme.DARK.good)


def test_what_is_really_used(
    qtbot: QtBot, jobs: Jobs, engine: FakeEngine, panel: DevicePanel, badge: DeviceBadge
) -> None:
    run(qtbot, jobs, engine, GOOD)
    said = words(panel)
    for text in ("CUDA", "NVIDIA H100", "345 MB", "sprites, castles", "in use"):
        assert text in said
    assert "first picture" not in said
    assert not panel._strip.isVisible()
    assert (badge.state, badge.text()) == ("good", "CUDA")
    assert holds(badge, theme.DARK.good)
    assert "NVIDIA H100" in badge.toolTip()
    assert badge.accessibleName() == "Device: CUDA"


def test_a_missed_gpu_is_told_loudly(
    qtbot: QtBot, jobs: Jobs, engine: FakeEngine, panel: DevicePanel, badge: DeviceBadge
) -> None:
    told: list[str] = []
    panel.banner.connect(told.append)
    run(qtbot, jobs, engine, MISSED)
    assert panel._strip.isVisible()
    assert "a library is missing" in words(panel)
    run(qtbot, jobs, engine, replace(MISSED, weights=1))
    assert told == [MISSED.missed]  # once
    assert badge.state == "warning"
    assert holds(badge, theme.DARK.warning)
    assert badge.toolTip().startswith(str(MISSED.missed))
    run(qtbot, jobs, engine, GOOD)
    assert not panel._strip.isVisible()
    run(qtbot, jobs, engine, MISSED)
    assert told == [MISSED.missed] * 2


def test_a_panel_made_late_knows_it_too(qtbot: QtBot, jobs: Jobs, engine: FakeEngine) -> None:
    run(qtbot, jobs, engine, MISSED)
    late, badge = DevicePanel(jobs), DeviceBadge(jobs)
    qtbot.addWidget(late)
    qtbot.addWidget(badge)
    late.show()
    assert "a library is missing" in words(late)
    assert badge.text() == "CPU"


def test_memory_is_looked_at_only_while_seen(qtbot: QtBot, jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_module, "LOOK_MS", 1)
    made = DevicePanel(jobs)
    qtbot.addWidget(made)
    assert not made.looking
    looks: list[int] = []
    monkeypatch.setattr(made._process, "memory_info", lambda: looks.append(1) or type("M", (), {"rss": 99 << 20})())
    made.show()
    qtbot.waitUntil(lambda: len(looks) > 2, timeout=MS)
    assert "99 MB" in words(made)
    made.hide()
    assert not made.looking


def test_details_for_a_bug_report(qtbot: QtBot, jobs: Jobs, engine: FakeEngine, panel: DevicePanel) -> None:
    assert "nothing was loaded yet" in panel.details()
    run(qtbot, jobs, engine, MISSED)
    with qtbot.waitSignal(panel.told, timeout=MS):
        qtbot.mouseClick(panel._copy, Qt.MouseButton.LeftButton)
    text = QGuiApplication.clipboard().text()
    for part in (
        "Gouache",
        "Python 3",
        "Qt 6",
        "PySide6-Essentials",
        "System:",
        "CPUExecutionProvider",
        "Some processor",
    ):
        assert part in text
    assert f"GPU not used: {MISSED.missed}" in text


def test_it_fits_a_narrow_dock(qtbot: QtBot, jobs: Jobs, engine: FakeEngine, panel: DevicePanel) -> None:
    run(qtbot, jobs, engine, replace(MISSED, name="A processor of a very long name that goes on and on 96-Core"))
    assert panel.minimumSizeHint().width() <= 260
    panel.resize(260, 500)
    inside = panel._copy.parentWidget()
    assert inside.minimumSizeHint().width() <= 260


def test_the_badge_is_a_button(qtbot: QtBot, badge: DeviceBadge) -> None:
    with qtbot.waitSignal(badge.clicked, timeout=MS):
        qtbot.keyClick(badge, Qt.Key.Key_Space)


@pytest.mark.parametrize("which", ["panel", "badge"])
def test_they_follow_the_language(
    which: str, panel: DevicePanel, badge: DeviceBadge, monkeypatch: pytest.MonkeyPatch
) -> None:
    widget = {"panel": panel, "badge": badge}[which]
    monkeypatch.setattr(widget, "tr", lambda text, *_: f"<{text}>", raising=False)
    QApplication.sendEvent(widget, QEvent(QEvent.Type.LanguageChange))
    assert panel._copy.text() == ("<Copy details>" if which == "panel" else "Copy details")
    assert badge.text() == ("Device" if which == "panel" else "<Device>")
