"""What is in a pack, in which order, and how each file is written from a saved result.

The result stands in it byte for byte. What people read (report and tables) arrives rendered; everything else is made
here from the result alone, so a pack can be made again, and compared, wherever the result is.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Mapping
from typing import NamedTuple

from fairoffer import __version__
from fairoffer.evidence.archive import zipped
from fairoffer.evidence.readme import readme
from fairoffer.model.result import Policy, Result

KIND = "evidence/1"
README = "README.txt"
RESULT = "result.json"
MANIFEST = "MANIFEST.json"
VERSIONS = "versions.json"
RENDERED = {
    "report.html": "the report, to open in a browser; it needs no network",
    "findings.csv": "all findings, waived ones too",
    "comparisons.csv": "all comparisons, with the outcome of each and the reason where there is none",
}
"""What is rendered from the result elsewhere, and what each of them is."""
_HELD = {
    README: "this text",
    RESULT: "the result, as it was saved",
    **RENDERED,
    "inputs.json": "the files that the audit read, with the SHA-256 of each; the files themselves are not here",
    "waivers.json": "the waivers as they were used, the expired and the unused ones too",
    VERSIONS: "which version computed the result, which made this pack",
    MANIFEST: "size and SHA-256 of every other file of this pack",
}


class Versions(NamedTuple):
    """What made a pack."""

    fairoffer: str
    python: str


def own_versions() -> Versions:
    """Those of the running program."""
    return Versions(__version__, f"{platform.python_implementation()} {platform.python_version()}")


def pack(raw: bytes, result: Result, rendered: Mapping[str, bytes], versions: Versions) -> bytes:
    """The ZIP. `raw` are the saved bytes of `result`, `rendered` the files of `RENDERED`."""
    return zipped(contents(raw, result, rendered, versions))


def contents(raw: bytes, result: Result, rendered: Mapping[str, bytes], versions: Versions) -> dict[str, bytes]:
    """All files of a pack in their order, the manifest last."""
    policies = policy_files(result)
    held = _HELD | {name: f"the policy {one.id} as it was read; it can be run again" for name, one in policies.items()}
    made = {
        RESULT: raw,
        **{name: rendered[name] for name in RENDERED},
        "inputs.json": _json([one.model_dump(mode="json") for one in result.inputs]),
        **{name: policy_bytes(one) for name, one in policies.items()},
        "waivers.json": _json([one.model_dump(mode="json") for one in result.waivers]),
        VERSIONS: _json(
            {
                "fairoffer": versions.fairoffer,
                "python": versions.python,
                "result": result.fairoffer,
                "result_made_by": result.version,
            }
        ),
    }
    names = [README, *made, MANIFEST]
    text = readme(result, {name: held[name] for name in names}, versions.fairoffer)
    files = {README: text.encode("utf-8", "backslashreplace"), **made}
    return {**files, MANIFEST: _manifest(files, held)}


def policy_files(result: Result) -> dict[str, Policy]:
    """A file name for each policy of which the result says how it was read; an id never leads out of the folder."""
    named: dict[str, Policy] = {}
    for policy in result.policies:
        if not isinstance(policy.as_read, dict):
            continue
        stem = re.sub(r"[^A-Za-z0-9_-]", "_", policy.id)[:80] or "policy"
        known = {name.casefold() for name in named}
        number = 1
        while f"policies/{stem}{f'-{number}' if number > 1 else ''}.yaml".casefold() in known:
            number += 1
        named[f"policies/{stem}{f'-{number}' if number > 1 else ''}.yaml"] = policy
    return named


def policy_bytes(policy: Policy) -> bytes:
    """A policy file again: JSON is YAML, and reads well enough."""
    as_read = policy.as_read if isinstance(policy.as_read, dict) else {}
    return _json({"fairoffer": "policy/1", **as_read})


def _manifest(files: Mapping[str, bytes], held: Mapping[str, str]) -> bytes:
    listed = [
        {"path": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "holds": held[name]}
        for name, data in files.items()
    ]
    return _json({"fairoffer": KIND, "files": listed})


def _json(value: object) -> bytes:
    """ASCII, so that no character hides or turns the text around it."""
    return (json.dumps(value, indent=1) + "\n").encode("ascii")
