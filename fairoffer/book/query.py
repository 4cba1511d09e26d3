"""A customer book in a PostgreSQL database: one query, read in portions, within a transaction that can only read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import polars as pl

from fairoffer.book.files import PORTION, SOURCE
from fairoffer.errors import InputError, UsageError
from fairoffer.model.mapping import BookMap

DRIVER = "adbc_driver_postgresql.dbapi"
SCHEMES = ("postgresql", "postgres")
_ERROR = re.compile(r"ERROR: +(.*)")
_WRITTEN_WRONG = ("42", "25006")
"""SQLSTATEs of what is wrong in the query as it is written: what the server says of it holds no customer's values."""
Faults = tuple[type[BaseException], ...]


@dataclass
class Query:
    """The rows that a query gives. They are fetched once a reading; the first one has begun already."""

    mapped: BookMap
    schema: pl.Schema
    began: _Cursor | None
    rows: int | None = None
    files: tuple[Path, ...] = ()

    def portions(self, columns: Sequence[str], size: int = PORTION) -> Iterator[pl.DataFrame]:
        """The rows in the order of the query, at most ``size`` at a time, with only these columns.

        Raises:
            InputError: the query ends in an error.
        """
        cursor, self.began = self.began or began(self.mapped), None
        try:
            yield from cursor.frame.select(columns).collect_batches(chunk_size=size, maintain_order=True)
        except pl.exceptions.DuplicateError:
            message = "the query gives two columns of the same name; name one of them otherwise (AS)"
            raise InputError([self.mapped.problem(SOURCE, message)]) from None
        except pl.exceptions.PolarsError:
            raise InputError([self.mapped.problem(SOURCE, "the query ended in an error of the database")]) from None
        finally:
            cursor.close()


@dataclass
class _Cursor:
    """A query that runs: its table, and what must be closed after it."""

    frame: pl.LazyFrame
    open: list[Any] = field(default_factory=list)

    def close(self) -> None:
        close_all(self.open)


def open_query(mapped: BookMap) -> Query:
    """The query of ``book.yaml``.

    Raises:
        UsageError: the URL is not in the environment, is none of a PostgreSQL database, or the driver is not installed.
        InputError: the database cannot be reached, or refuses the query.
    """
    cursor = began(mapped)
    return Query(mapped, cursor.frame.collect_schema(), cursor)


def began(mapped: BookMap) -> _Cursor:
    """The query, running."""
    driver, url = driver_of(mapped), url_of(mapped)
    opened: list[Any] = []
    try:
        connection = driver.connect(url)
        opened.append(connection)
        with connection.cursor() as first:
            first.execute("SET TRANSACTION READ ONLY")
        cursor = connection.cursor()
        opened.append(cursor)
        cursor.execute((mapped.source.sql or "").strip().rstrip(";"))
        return _Cursor(as_read(pl.scan_arrow_c_stream(cursor.fetch_arrow())), opened)
    except (driver.Error, pl.exceptions.PolarsError) as error:
        close_all(opened)
        message = told(error, url)
    except pl.exceptions.PanicException:
        close_all(opened)
        message = "the query gives a column of a type that cannot be read, such as an interval; leave it out"
    raise InputError([mapped.problem(SOURCE, message)])


def as_read(frame: pl.LazyFrame) -> pl.LazyFrame:
    """The table with the driver's own types (numeric, json …) as the texts that they are sent as."""
    schema = frame.collect_schema()
    names = [name for name, dtype in schema.items() if isinstance(dtype, pl.BaseExtension)]
    return frame.with_columns(pl.col(name).ext.storage() for name in names) if names else frame


def driver_of(mapped: BookMap) -> Any:
    try:
        return import_module(DRIVER)
    except ImportError:
        where = mapped.at(SOURCE)
        raise UsageError(f"{where}: source: to read a database, install fairoffer[sql] (its driver)") from None


def url_of(mapped: BookMap) -> str:
    """The URL in the environment; nothing of it is ever printed."""
    name = mapped.source.url or ""
    url = os.environ.get(name, "")
    where = f"{mapped.at(('source', 'url'))}: source.url"
    if not url:
        raise UsageError(f"{where}: the environment variable {name} is not set; it must hold the database's URL")
    if url.partition("://")[0] not in SCHEMES:
        raise UsageError(f"{where}: the URL in {name} must begin with postgresql://")
    return url


def told(error: BaseException, url: str) -> str:
    """What is said of a driver's error: the kind of it, and the server's words only where they are about the query."""
    state = getattr(error, "sqlstate", None) or ""
    found = _ERROR.search(str(error))
    if state.startswith(_WRITTEN_WRONG) and found is not None:
        return f"the database refuses the query: {scrubbed(found[1].strip(), url)}"
    if state:
        return f"the database refuses the query (SQLSTATE {state})"
    return "the database cannot be reached, or refuses the user; look at the URL in the environment variable"


def scrubbed(text: str, url: str) -> str:
    """The text without the URL and without what is secret in it."""
    parts = [url]
    try:
        split = urlsplit(url)
        parts += [value for value in (split.password, split.netloc) if value]
        parts += re.findall(r"(?:password|passfile|sslpassword)=([^&]*)", split.query)
    except ValueError:
        pass
    for part in sorted({*parts, *map(unquote, parts)}, key=len, reverse=True):
        if part:
            text = text.replace(part, "…")
    return text[:300]


def close_all(opened: list[Any]) -> None:
    """Closes a connection and its cursors, the last first; an error in that is no news after another one."""
    while opened:
        try:
            opened.pop().close()
        except Exception:
            continue
