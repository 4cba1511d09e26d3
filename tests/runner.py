"""A machine that runs a composite action or a job's steps as the hosted ones do, as far as bash and git go.

Steps that use another action are noted and not run. `python` is a stand-in that makes the environment that is asked
for, with a `fairoffer` in it that is this checkout's, so that nothing is fetched from anywhere.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parent.parent
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
FORGET = ("GIT_", "GITHUB_", "RUNNER_", "PIP_", "PYTHON", "NO_COLOR")
"""What the tests' own environment must not lend."""

PYTHON = """\
#!/bin/sh
echo "$@" >> {log}
case "$*" in
  "-I -m venv "*)
    shift 3
    mkdir -p "$1/bin"
    cp "$0" "$1/bin/python" ;;
  "-I -m pip "*)
    cp {command} "$(dirname "$0")/fairoffer" ;;
  *) exit 64 ;;
esac
"""
COMMAND = """\
#!/bin/sh
echo "$@" >> {log}
PYTHONPATH={root} exec {python} -P -m fairoffer "$@"
"""


class Ran(NamedTuple):
    """How an action ended: the code of the step that failed or 0, its log, and what it left behind."""

    code: int
    log: str
    outputs: Mapping[str, str]
    summary: str
    commands: list[str]
    installed: list[str]


@dataclass
class Machine:
    """A hosted machine: a checkout to work in, and a place for temporary files."""

    workspace: Path
    temporary: Path
    event: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, action: Path, **inputs: str) -> Ran:
        """Run a composite action with inputs as `with` gives them (underscores for hyphens)."""
        described = yaml.safe_load(action.read_text("utf-8"))
        values = {name: str(about.get("default", "")) for name, about in described["inputs"].items()}
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        assert set(given) <= set(values), "the runner ignores an input that the action does not declare"
        contexts: dict[str, Any] = {
            "inputs": values | given,
            "github": {"event": self.event, "action_path": str(action.parent)},
            "steps": {},
        }
        self.temporary.mkdir(parents=True, exist_ok=True)
        log, code, summary = "", 0, self.temporary / "step-summary"
        summary.write_text("")
        for number, step in enumerate(described["runs"]["steps"]):
            if "run" not in step:
                continue
            assert step["shell"] == "bash"
            assert "${{" not in step["run"]
            output = self.temporary / f"output-{number}"
            output.write_text("")
            given_env = {name: evaluate(str(value), contexts) for name, value in step.get("env", {}).items()}
            done = self.bash(
                step["run"],
                {
                    **given_env,
                    "GITHUB_ACTION_PATH": str(action.parent),
                    "GITHUB_OUTPUT": str(output),
                    "GITHUB_STEP_SUMMARY": str(summary),
                },
            )
            log += done.stdout
            contexts["steps"][step.get("id", str(number))] = {"outputs": outputs_in(output.read_text("utf-8"))}
            if done.returncode:
                code = done.returncode
                break
        outputs = {name: evaluate(about["value"], contexts) for name, about in described.get("outputs", {}).items()}
        return Ran(code, log, outputs, summary.read_text("utf-8"), self.commands(), self._log("python"))

    def bash(self, script: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a script as a step is run: bash without anybody's settings, stopping at the first failure."""
        self.temporary.mkdir(parents=True, exist_ok=True)
        path = self.temporary / "step.sh"
        path.write_text(script, encoding="utf-8")
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(path)],
            cwd=self.workspace,
            env={**self.surroundings(), **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )

    def surroundings(self) -> dict[str, str]:
        """The environment of a step: the stand-in first on the path, an event file, nothing of the tests' own."""
        self.temporary.mkdir(parents=True, exist_ok=True)
        own = {name: value for name, value in os.environ.items() if not name.startswith(FORGET)}
        event = self.temporary / "event.json"
        event.write_text(json.dumps(self.event))
        return {
            **own,
            "PATH": f"{self.tools()}{os.pathsep}{own['PATH']}",
            "RUNNER_TEMP": str(self.temporary),
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_ACTIONS": "true",
            **self.environment,
        }

    def tools(self) -> Path:
        """A folder with `python`, the stand-in, and `fairoffer`, this checkout's."""
        folder = self.temporary / "tools"
        if not folder.exists():
            folder.mkdir(parents=True)
            log = {name: shlex.quote(str(self.temporary / f"{name}.log")) for name in ("python", "command")}
            words = {"root": shlex.quote(str(ROOT)), "python": shlex.quote(sys.executable)}
            executable(folder / "fairoffer", COMMAND.format(log=log["command"], **words))
            command = shlex.quote(str(folder / "fairoffer"))
            executable(folder / "python", PYTHON.format(log=log["python"], command=command))
        return folder

    def commands(self) -> list[str]:
        """The command lines of fairoffer so far."""
        return self._log("command")

    def _log(self, name: str) -> list[str]:
        path = self.temporary / f"{name}.log"
        return path.read_text("utf-8").splitlines() if path.exists() else []


def executable(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def evaluate(text: str, contexts: Mapping[str, Any]) -> str:
    """A text with its expressions filled in: dotted names, and || for the first that is not empty."""

    def value(expression: str) -> str:
        for name in expression.split("||"):
            found: Any = contexts
            for part in name.strip().split("."):
                found = found.get(part, "") if isinstance(found, Mapping) else ""
            if found not in ("", None):
                return str(found)
        return ""

    return EXPRESSION.sub(lambda match: value(match[1]), text)


def outputs_in(text: str) -> dict[str, str]:
    """The file of a step's outputs, `name=value` or `name<<END … END`."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        name, equals, value = line.partition("=")
        if "<<" in name:
            name, _, end = line.partition("<<")
            found[name] = "\n".join(iter(lines.__next__, end))
        else:
            assert equals, line
            found[name] = value
    return found


def git(place: Path, *words: str) -> str:
    """Run git in a repository, with nobody's settings."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com"}
    who |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com"}
    done = subprocess.run(
        ["git", *words],
        cwd=place,
        env={**environment, **who, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
