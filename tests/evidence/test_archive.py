"""ZIP files: the same files give the same bytes, and nothing hostile is read."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairoffer.errors import InputError, OutputError
from fairoffer.evidence import archive
from fairoffer.evidence.archive import Entry, unzipped, zipped

FILES = {"b.txt": b"second", "a/c.json": b"{}", "empty": b""}


def made(*entries: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A ZIP as other programs write it."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as file:
        warnings.simplefilter("ignore")  # of two files with one name
        for name, data in entries:
            file.writestr(zipfile.ZipInfo(name), data, compress_type=method)
    return buffer.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        unzipped(data, "x.zip")
    return str(caught.value)


def test_other_programs_read_it_and_find_fixed_times_and_permissions() -> None:
    with zipfile.ZipFile(io.BytesIO(zipped(FILES))) as file:
        assert file.testzip() is None
        assert {one.filename: file.read(one) for one in file.infolist()} == FILES
        assert file.namelist() == list(FILES)
        for one in file.infolist():
            assert one.date_time == (1980, 1, 1, 0, 0, 0)
            assert one.compress_type == zipfile.ZIP_STORED
            assert one.external_attr >> 16 == stat.S_IFREG | 0o644
            assert (one.create_system, one.extra, one.comment) == (3, b"", b"")


@given(st.dictionaries(st.from_regex("[a-z]{1,8}(/[a-z]{1,8})?", fullmatch=True), st.binary(max_size=99), max_size=6))
def test_what_is_written_is_read(files: dict[str, bytes]) -> None:
    data = zipped(files)
    assert unzipped(data, "x.zip") == {name: Entry(content) for name, content in files.items()}
    assert list(unzipped(data, "x.zip")) == list(files)


def test_a_zip_of_another_program_is_read_where_it_is_stored() -> None:
    assert unzipped(made(("a.txt", b"x"), ("dir/", b"")), "x.zip") == {"a.txt": Entry(b"x"), "dir/": Entry(b"")}


def test_what_is_compressed_or_encrypted_is_not_expanded() -> None:
    bomb = made(("bomb", bytes(10_000_000)), method=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 20_000
    assert unzipped(bomb, "x.zip") == {"bomb": Entry(b"", "is compressed")}
    data = bytearray(zipped({"a": b"secret"}))
    place = data.index(b"PK\1\2")
    data[place + 8] |= 1
    assert unzipped(bytes(data), "x.zip") == {"a": Entry(b"", "is encrypted")}


@pytest.mark.parametrize(
    "name",
    [
        "../a",
        "/a",
        "a/../../b",
        "a//b",
        "./a",
        "a/.",
        "..",
        "C:a",
        "c:/a",
        "a\\b",
        "a\nb",
        "a\x1b[2J",
        "a" * 400,
        "\u202ea",
    ],
)
def test_names_that_are_no_plain_paths(name: str) -> None:
    data = made(("b" * len(name.encode()), b"")).replace(b"b" * len(name.encode()), name.encode())
    assert "not a plain path" in refused(data)


def test_a_name_twice() -> None:
    assert "holds a.txt twice" in refused(made(("a.txt", b"1"), ("a.txt", b"2")))
    assert "holds A.TXT twice" in refused(made(("a.txt", b"1"), ("A.TXT", b"2")))


def test_a_file_with_two_names() -> None:
    data = zipped({"aaaa": b"x"})
    assert "two names" in refused(data.replace(b"aaaa", b"bbbb", 1))


def test_entries_that_share_their_bytes() -> None:
    """A thousand entries over the same bytes: what a bomb without nesting looks like."""
    data = bytearray(zipped({"a": b"xxxx", "b": b"yyyy"}))
    first, second = (place for place in range(len(data)) if data[place : place + 4] == b"PK\1\2")
    struct.pack_into("<L", data, second + 42, struct.unpack_from("<L", data, first + 42)[0])
    data[second + 46 : second + 47] = b"a"
    assert "twice" in refused(bytes(data))
    outer = zipped({"b": b"yyyy"})
    data = bytearray(zipped({"a": outer + bytes(9), "b": b"yyyy"}))
    _, second = (place for place in range(len(data)) if data[place : place + 4] == b"PK\1\2" and place > 100)
    struct.pack_into("<L", data, second + 42, 31)
    assert "shares its bytes" in refused(bytes(data))


def test_every_way_of_being_cut_off_is_refused() -> None:
    data = zipped(FILES)
    for length in range(len(data)):
        assert "ZIP" in refused(data[:length])


def test_bytes_before_it_or_behind_it() -> None:
    assert "not a ZIP" in refused(b"#!/bin/sh\n" + zipped(FILES))
    assert "not where it should be" in refused(b"PK" + zipped(FILES))
    assert unzipped(zipped(FILES) + b"behind", "x.zip").keys() == FILES.keys()


def test_too_many_files_and_too_many_bytes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    data = zipped({str(number): b"" for number in range(10)})
    monkeypatch.setattr(archive, "MOST", 9)
    assert "9 at most" in refused(data)
    with pytest.raises(OutputError):
        zipped({str(number): b"" for number in range(10)})
    monkeypatch.setattr(archive, "LARGEST", 100)
    path = tmp_path / "large.zip"
    path.write_bytes(bytes(101))
    with pytest.raises(InputError, match="larger than a pack may be"):
        archive.read(path)
    with pytest.raises(OutputError):
        zipped({"a": bytes(90)})


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.zip", tmp_path, tmp_path / "a\0b"):
        with pytest.raises(InputError, match="cannot be read"):
            archive.read(path)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for content in (data, b"PK" + data, zipped({"a": data})[: -len(data) - 1]):
        assert said(content).startswith("x.zip: ")


def said(content: bytes) -> str:
    """What is said of it: a problem, or how many files it holds."""
    try:
        return f"x.zip: {len(unzipped(content, 'x.zip'))} files"
    except InputError as error:
        return str(error)


@given(st.data())
def test_a_changed_byte_is_read_or_refused_and_never_a_fault_of_ours(data: st.DataObject) -> None:
    content = bytearray(zipped(FILES))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert said(bytes(content)).startswith("x.zip: ")
