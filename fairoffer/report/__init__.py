"""Shows a result: as a terminal summary, a page to sign, tables and files. Nothing here decides anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fairoffer.errors import OutputError
from fairoffer.model.result import Result

FORMATS = ("text", "html", "json", "csv", "md", "parquet", "sarif", "junit", "gitlab", "github")
PLACED = ("sarif", "gitlab", "github")
"""Formats that point at lines of files; for them it matters where the audited directory stands."""
SUFFIXES = {
    ".html": "html",
    ".htm": "html",
    ".json": "json",
    ".csv": "csv",
    ".md": "md",
    ".markdown": "md",
    ".txt": "text",
    ".parquet": "parquet",
    ".sarif": "sarif",
}


def render(result: Result, format: str, colour: bool = False, root: str = "") -> str | bytes:
    """The result in one format; bytes where the format is not text. `colour` is for the terminal summary alone.

    `root` is the audited directory as the repository calls it; formats that point at lines put it before every path.

    Raises:
        OutputError: there is no such format.
    """
    if format == "text":
        from fairoffer.report.text import render as as_text

        return as_text(result, colour=colour)
    if format in PLACED:
        return _placed(format)(result, root)
    return _renderer(format)(result)


def _placed(format: str) -> Callable[[Result, str], str]:
    """The renderer of a format that points at lines of files."""
    if format == "sarif":
        from fairoffer.report.sarif import render as as_sarif

        return as_sarif
    if format == "gitlab":
        from fairoffer.report.gitlab import render as as_gitlab

        return as_gitlab
    from fairoffer.report.github import render as as_github

    return as_github


def _renderer(format: str) -> Callable[[Result], str | bytes]:
    """The renderer of a format; its libraries load only when it is asked for."""
    if format == "html":
        from fairoffer.report.html import render as as_html

        return as_html
    if format == "json":
        return Result.to_json
    if format == "csv":
        from fairoffer.report.tables import render as as_csv

        return as_csv
    if format == "md":
        from fairoffer.report.markdown import render as as_markdown

        return as_markdown
    if format == "parquet":
        from fairoffer.report.parquet import render as as_parquet

        return as_parquet
    if format == "junit":
        from fairoffer.report.junit import render as as_junit

        return as_junit
    raise OutputError(f"there is no format {format!r}; the formats are {', '.join(FORMATS)}")


def write(result: Result, path: str | Path, format: str | None = None, root: str = "") -> None:
    """Write the result to `path`, whole or not at all; without `format` the suffix decides. `root` as in `render`.

    Raises:
        OutputError: the suffix says nothing, or the file cannot be written. What stood there before still stands.
    """
    from fairoffer.report.output import replace

    chosen = format or SUFFIXES.get(Path(path).suffix.lower())
    if chosen is None:
        known = ", ".join(SUFFIXES)
        raise OutputError(f"{path}: the suffix does not say which format; use one of {known}, or FORMAT=FILE")
    data = render(result, chosen, root=root)
    replace(Path(path), data.encode(errors="backslashreplace") if isinstance(data, str) else data)
