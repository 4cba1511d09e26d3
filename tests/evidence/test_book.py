"""Evidence of an audited book: its customers are in no pack, and what could not be checked again is said."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from fairoffer.evidence.archive import unzipped
from tests.cli.command import Run
from tests.customer_book import PLACE
from tests.evidence.conftest import DAY

MARK, TEXT = "ZZMARK", "zz-see-letter"


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    """The demo book, with names that can be looked for."""
    place = tmp_path / "audit"
    shutil.copytree(PLACE.parent, place)
    customers = place / "customers.csv"
    text = customers.read_text(encoding="utf-8").replace("HB0", MARK).replace("see letter", TEXT)
    customers.write_text(text, encoding="utf-8")
    return place


def test_no_customer_is_in_a_pack(audit: Path, pack: Path) -> None:
    files = {name: entry.data for name, entry in unzipped(pack.read_bytes(), pack).items()}
    assert [name for name, data in files.items() if MARK.encode() in data or TEXT.encode() in data] == []
    assert not any(name.endswith("customers.csv") for name in files)
    raw = (audit / "customers.csv").read_bytes()
    (told,) = [one for one in json.loads(files["inputs.json"]) if one["kind"] == "customers"]
    assert told == {
        "path": "customers.csv",
        "kind": "customers",
        "sha256": hashlib.sha256(raw).hexdigest(),
        "rows": None,
        "size": len(raw),
    }
    page = " ".join(files["README.txt"].decode().split())
    assert f"({len(raw):,} bytes of customers)" in page
    assert "Values of the 401 rows of the book that could not be read: 3." in page
    assert "Rows of a customer who came before: 1;" in page


def test_the_same_result_again(audit: Path, pack: Path, run: Run) -> None:
    alone = run("verify", pack)
    assert alone.code == 0
    assert "  not checked: the customers, who are in no pack; `fairoffer verify PACK DIR` reads them again" in alone.out
    again = run("verify", pack, audit)
    assert (again.code, again.out.splitlines()[0]) == (0, f"{pack}: same")
    assert f"run again on {audit}: the same result, byte for byte" in again.out
    assert "not checked" not in again.out


def test_customers_that_differ_or_are_gone(audit: Path, pack: Path, run: Run) -> None:
    customers = audit / "customers.csv"
    customers.write_text(customers.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    other = run("verify", pack, audit)
    assert other.code == 1
    assert "input customers.csv: another file" in other.out
    customers.unlink()
    gone = run("verify", pack, audit)
    assert gone.code == 1
    assert "input customers.csv: is not there" in gone.out
    assert "not computed again: customers.csv is not there; a pack never holds customers." in gone.out
    assert MARK not in gone.out + gone.err


def test_customers_outside_the_directory_have_one_path_from_everywhere(
    audit: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    (audit / "customers.csv").rename(tmp_path / "data" / "customers.csv")
    book = audit / "book.yaml"
    book.write_text(book.read_text(encoding="utf-8").replace("customers.csv", "../data/customers.csv"), "utf-8")
    made = []
    for here, name in ((tmp_path, "audit"), (audit, "."), (tmp_path / "data", "../audit")):
        monkeypatch.chdir(here)
        assert run("audit", name, "--as-of", DAY, "-o", tmp_path / "result.json").code == 1
        made.append((tmp_path / "result.json").read_bytes())
    assert made[0] == made[1] == made[2]
    paths = {one["kind"]: one["path"] for one in json.loads(made[0])["inputs"]}
    assert paths["customers"] == "../data/customers.csv"
    assert run("evidence", tmp_path / "result.json", "-o", tmp_path / "pack.zip").code == 0
    assert run("verify", tmp_path / "pack.zip", audit).code == 0
