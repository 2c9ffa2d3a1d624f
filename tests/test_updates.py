"""Updates: what the makers have signed is believed, nothing else is, and an address is asked only when it is given."""

from __future__ import annotations

import base64
import json
import sys
import urllib.error
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from inference import updates
from inference.updates import Release, UpdateRefused, check_for_update, makers_key, release_of

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "packaging"))

import sign_update

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
RELEASE = Release(version="0.1.1", date="2026-12-01", notes="", installers=())


@pytest.fixture
def note(tmp_path):
    """A note that was made by the command."""
    private, public = tmp_path / "private", tmp_path / "public"
    sign_update.main(["--make-key", str(private), "--public", str(public)])
    installer = tmp_path / "gouache_9.deb"
    installer.write_bytes(b"new")
    out = tmp_path / "更新 update.json"
    given = ["--key", str(private), "--to", str(out), "--notes", "快", "--address", "https://example.com/g/"]
    assert sign_update.main([*given, str(installer)]) == 0
    return out, makers_key(public)


def text(**changes):
    head = {"format": "gouache-update", "format_version": 1, "version": "0.2.0", "date": "2026-12-01", "notes": ""}
    return json.dumps({**head, "installers": [], **changes})


def test_a_signed_note_is_read(note):
    place, key = note
    release = check_for_update(str(place), key)
    assert release.notes == "快"
    assert not release.is_newer(release.version)
    installer = release.installer_for("linux-x86_64")
    assert installer is not None
    assert installer.address == "https://example.com/g/gouache_9.deb"
    assert len(installer.sha256) == 64
    assert release.installer_for("win32-AMD64") is None


@given(st.data())
def test_no_byte_of_what_is_signed_can_be_changed(data):
    envelope = json.loads(sign_update.signed(KEY, text()))
    signed = envelope["signed"]
    at = data.draw(st.integers(0, len(signed) - 1))
    letter = data.draw(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda c: c != signed[at]))
    envelope["signed"] = signed[:at] + letter + signed[at + 1 :]
    with pytest.raises(UpdateRefused, match="not signed by the makers"):
        release_of(json.dumps(envelope).encode(), PUBLIC)


def test_the_signature_of_somebody_else_is_refused():
    other = Ed25519PrivateKey.generate()
    with pytest.raises(UpdateRefused, match="not signed by the makers"):
        release_of(sign_update.signed(other, text()).encode(), PUBLIC)


@pytest.mark.parametrize(
    "raw", [b"", b"\xff", b"[]", b"{}", b'{"signed": 1, "signature": ""}', b'{"signed": "a", "signature": "%"}']
)
def test_what_is_no_note_is_refused(raw):
    with pytest.raises(UpdateRefused, match="does not say"):
        release_of(raw, PUBLIC)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": "other"}, "another version"),
        ({"format_version": 2}, "another version"),
        ({"version": "new"}, "is no version"),
        ({"installers": [1]}, "does not say"),
    ],
)
def test_a_signed_note_that_makes_no_sense_is_refused(changes, words):
    with pytest.raises(UpdateRefused, match=words):
        release_of(sign_update.signed(KEY, text(**changes)).encode(), PUBLIC)


@pytest.mark.parametrize(
    ("version", "than", "newer"), [("0.1.1", "0.1.0", True), ("0.10.0", "0.9.9", True), ("0.1.0", "0.1.0", False)]
)
def test_versions_are_numbers(version, than, newer):
    assert replace(RELEASE, version=version).is_newer(than) is newer


def test_a_private_key_is_not_written_over(tmp_path):
    sign_update.make_key(tmp_path / "k", tmp_path / "p")
    assert (tmp_path / "k").stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        sign_update.make_key(tmp_path / "k", tmp_path / "p")


def test_without_a_key_nothing_is_believed(tmp_path):
    for content in (None, "", base64.b64encode(b"short").decode()):
        file = tmp_path / "key"
        if content is not None:
            file.write_text(content)
        with pytest.raises(UpdateRefused, match="does not know its makers"):
            makers_key(file)


@pytest.mark.parametrize("place", ["/nowhere/at all.json", "https://", "http://[", "."])
def test_a_place_that_has_nothing_is_said(place):
    with pytest.raises(UpdateRefused):
        check_for_update(place, PUBLIC)


def test_an_address_that_does_not_answer_is_said(monkeypatch):
    def refuse(*_, **__):
        raise urllib.error.URLError("no route")

    monkeypatch.setattr(updates.urllib.request, "urlopen", refuse)
    with pytest.raises(UpdateRefused, match="does not answer: no route"):
        check_for_update("https://example.com/update.json", PUBLIC)
