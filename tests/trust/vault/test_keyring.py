import json
import os
import threading
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from changming.kernel.errors import ChangmingError
from changming.kernel.ids import SubjectId
from changming.kernel.messages import Lang
from changming.trust.vault import FieldId, Keyring, VaultBroken
from changming.trust.vault.keyring import SUBFOLDER
from changming.trust.vault.model import KeyRow

SUBJECT, KEY_ID = SubjectId(UUID(int=1)), UUID(int=2)
PHONE, EMAIL = FieldId.CONTACT_PHONE, FieldId.CONTACT_EMAIL


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_folder_and_its_files_are_the_owners_alone(key_folder: Path, keyring: Keyring) -> None:
    own = key_folder / SUBFOLDER
    assert (_mode(key_folder), _mode(own)) == (0o700, 0o700)
    files = {path.name: _mode(path) for path in own.iterdir()}
    assert files == {"root.key": 0o600, "seed.json": 0o600, "epoch-000001.json": 0o600}
    assert list(key_folder.iterdir()) == [own]


@pytest.mark.parametrize(
    ("path", "mode", "wanted"),
    [
        (".", 0o750, "700"),
        (".", 0o701, "700"),
        (SUBFOLDER, 0o755, "700"),
        (f"{SUBFOLDER}/root.key", 0o640, "600"),
        (f"{SUBFOLDER}/seed.json", 0o604, "600"),
        (f"{SUBFOLDER}/epoch-000001.json", 0o622, "600"),
    ],
)
def test_wider_modes_are_refused_with_the_way_out(
    key_folder: Path, keyring: Keyring, *, now: datetime, path: str, mode: int, wanted: str
) -> None:
    (key_folder / path).chmod(mode)
    with pytest.raises(ChangmingError) as refused:
        Keyring.open_or_create(key_folder, now=now)
    assert refused.value.code == "keys_too_open"
    assert f"chmod {wanted} '{key_folder / path}'" in refused.value.next_step(Lang.EN)
    assert f"chmod {wanted}" in refused.value.next_step(Lang.ZH)


def test_a_stranger_is_refused(
    key_folder: Path, keyring: Keyring, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(ChangmingError) as refused:
        Keyring.open_or_create(key_folder, now=now)
    assert refused.value.code == "keys_not_owned"


def test_a_link_is_not_followed(key_folder: Path, keyring: Keyring, now: datetime) -> None:
    root = key_folder / SUBFOLDER / "root.key"
    root.rename(key_folder / "elsewhere")
    root.symlink_to(key_folder / "elsewhere")
    with pytest.raises(OSError, match=r"root\.key"):
        Keyring.open_or_create(key_folder, now=now)


@pytest.mark.parametrize("name", ["root.key", "seed.json", "epoch-000001.json"])
def test_a_missing_file_is_never_made_anew(key_folder: Path, keyring: Keyring, now: datetime, name: str) -> None:
    (key_folder / SUBFOLDER / name).unlink()
    with pytest.raises(ChangmingError) as refused:
        Keyring.open_or_create(key_folder, now=now)
    assert refused.value.code == "keys_incomplete"
    assert name in refused.value.message(Lang.ZH)


@pytest.mark.parametrize("name", ["root.key", "seed.json", "epoch-000001.json"])
@pytest.mark.parametrize("content", [b"", b"zz", b"{}", b"\xff\xfe", b'{"created_at": "x", "wrapped": "eA=="}'])
def test_a_damaged_file_is_named(key_folder: Path, keyring: Keyring, now: datetime, name: str, content: bytes) -> None:
    (key_folder / SUBFOLDER / name).write_bytes(content)
    with pytest.raises(ChangmingError) as refused:
        Keyring.open_or_create(key_folder, now=now)
    assert refused.value.code == "keys_damaged"


def test_another_root_key_opens_nothing(key_folder: Path, keyring: Keyring, now: datetime) -> None:
    (key_folder / SUBFOLDER / "root.key").write_text("00" * 32)
    with pytest.raises(VaultBroken):
        Keyring.open_or_create(key_folder, now=now)


def test_wrapped_keys_are_bound_to_their_place(key_folder: Path, keyring: Keyring, now: datetime) -> None:
    own = key_folder / SUBFOLDER
    keyring.begin_epoch(now=now)
    (own / "epoch-000002.json").write_bytes((own / "epoch-000001.json").read_bytes())
    with pytest.raises(VaultBroken):
        Keyring.open_or_create(key_folder, now=now)
    (own / "epoch-000002.json").write_bytes((own / "seed.json").read_bytes())
    with pytest.raises(VaultBroken):
        Keyring.open_or_create(key_folder, now=now)


def test_no_plain_key_lies_in_a_file_but_the_root(key_folder: Path, keyring: Keyring) -> None:
    secrets = [keyring._seed, *keyring._keys.values()]
    for path in (key_folder / SUBFOLDER).iterdir():
        content = path.read_bytes()
        assert not any(secret in content or secret.hex().encode() in content for secret in secrets)
    entry = json.loads((key_folder / SUBFOLDER / "seed.json").read_bytes())
    assert entry["created_at"] == "2026-11-21T18:10:00Z"


def test_repr_shows_no_key(keyring: Keyring) -> None:
    assert repr(keyring) == "<Keyring of 1 epochs>"


def test_opened_again_it_is_the_same(key_folder: Path, keyring: Keyring, now: datetime) -> None:
    again = Keyring.open_or_create(key_folder, now=now + timedelta(days=9))
    assert again.epochs == keyring.epochs
    assert again.derive("session") == keyring.derive("session")
    row = keyring.new_data_key(SUBJECT, KEY_ID, bytes(32))
    blob = keyring.cipher(row).seal(b"f", KEY_ID, 0, b"x")
    assert again.cipher(row).open(b"f", KEY_ID, 0, blob) == b"x"


def test_first_starts_at_the_same_moment_agree(key_folder: Path, now: datetime) -> None:
    found: list[bytes] = []
    start = threading.Barrier(6)

    def open_it() -> None:
        start.wait()
        found.append(Keyring.open_or_create(key_folder, now=now).derive("session"))

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1
    assert [path.name for path in key_folder.iterdir()] == [SUBFOLDER]


def test_derived_keys_differ_by_purpose_and_by_house(tmp_path: Path, keyring: Keyring, now: datetime) -> None:
    other = Keyring.open_or_create(tmp_path / "other", now=now)
    keys = {keyring.derive("session"), keyring.derive("csrf"), other.derive("session"), keyring._keys[1], keyring._seed}
    assert len(keys) == 5
    assert {len(key) for key in keys} == {32}


def test_an_index_is_stable_in_its_epoch_and_changes_with_epoch_and_field(keyring: Keyring, now: datetime) -> None:
    mark = keyring.fingerprint(PHONE, b"+8613812345678")
    first = keyring.index(1, PHONE, mark)
    assert len(first) == 16
    keyring.begin_epoch(now=now)
    assert keyring.index(1, PHONE, mark) == first
    assert keyring.index(2, PHONE, mark) != first
    assert keyring.index(1, EMAIL, mark) != first
    assert keyring.fingerprint(EMAIL, b"+8613812345678") != mark


def test_another_process_sees_a_new_epoch_and_a_destroyed_one(
    key_folder: Path, keyring: Keyring, now: datetime
) -> None:
    other = Keyring.open_or_create(key_folder, now=now)
    assert keyring.begin_epoch(now=now + timedelta(days=15)) == 2
    assert other.current == 2
    assert [epoch.retired_at for epoch in other.epochs] == [now + timedelta(days=15), None]
    row = other._wrap(SUBJECT, KEY_ID, 1, bytes(32))
    keyring.destroy_epoch(1)
    assert [epoch.number for epoch in other.epochs] == [2]
    with pytest.raises(VaultBroken) as gone:
        other.cipher(row)
    assert gone.value.code == "epoch_gone"


def test_a_destroyed_epoch_leaves_no_key_behind(key_folder: Path, keyring: Keyring, now: datetime) -> None:
    keyring.begin_epoch(now=now)
    row = keyring._wrap(SUBJECT, KEY_ID, 1, bytes(32))
    descriptor = os.open(key_folder / SUBFOLDER / "epoch-000001.json", os.O_RDONLY)
    keyring.destroy_epoch(1)
    assert set(os.read(descriptor, 4096)) == {0}, "the file itself was overwritten before its name went"
    os.close(descriptor)
    with pytest.raises(VaultBroken):
        keyring.cipher(row)
    with pytest.raises(VaultBroken):
        keyring.index(1, PHONE, b"")


def test_the_current_epoch_is_not_destroyed(keyring: Keyring) -> None:
    with pytest.raises(ValueError, match="current"):
        keyring.destroy_epoch(1)


def test_an_erased_row_says_erased_before_any_key_is_tried(keyring: Keyring) -> None:
    with pytest.raises(ChangmingError) as refused:
        keyring.cipher(KeyRow(SUBJECT, KEY_ID, None, bytes(61)))
    assert (refused.value.code, refused.value.status) == ("subject_erased", 410)
