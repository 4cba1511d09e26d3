"""The files of one audit, found and read into parts; problems are collected, and nothing is raised for them."""

from __future__ import annotations

from pathlib import Path

from fairoffer.errors import Problem, UsageError
from fairoffer.model.build import Parts, entries, expect_kind
from fairoffer.model.shipped import LoadedPolicy, read_policies
from fairoffer.model.validate import unknown
from fairoffer.source import Loc, Located, digest_of, merged, read_csv, read_ndjson, read_yaml

DEFAULT_POLICY = "best-offer"
CATALOG_FILES = ("catalog.yaml", "catalog.ndjson", "catalog.ndjson.gz")
LINES = (".ndjson", ".ndjson.gz")
_KNOWN = (*CATALOG_FILES, "offers.csv", "segments.yaml", "segments.csv", "policy.yaml", "waivers.yaml", "book.yaml")
_LISTS = ("also", "schedule")


class Loader:
    """Reads files into ``parts``. ``files`` are what was read: path, kind, SHA-256 and number of entries."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.parts = Parts()
        self.files: list[tuple[str, str, str, int]] = []
        self.policy_problems: list[Problem] = []

    @property
    def problems(self) -> list[Problem]:
        """Problems of the inputs; those of policies and waivers are ``policy_problems``."""
        return self.parts.problems

    def shown(self, path: Path) -> str:
        """The path as problems print it: relative to the audit directory where it is inside."""
        try:
            return path.relative_to(self.directory).as_posix()
        except ValueError:
            return path.as_posix()

    def load_directory(self) -> None:
        """All inputs but policies."""
        paths = self._catalog_paths()
        self._load_catalogs(paths)
        if paths and (self.directory / "offers.csv").exists():
            self._load_offers(self.directory / "offers.csv")
        segments = [self.directory / f"segments{suffix}" for suffix in (".yaml", ".csv")]
        present = [path for path in segments if path.exists()]
        if len(present) > 1:
            raise UsageError(f"{self.directory} holds segments.yaml and segments.csv; keep one of them")
        for path in present:
            self._load_segments(path)
        if (self.directory / "waivers.yaml").exists():
            self._load_waivers(self.directory / "waivers.yaml")
        if (self.directory / "book.yaml").exists():
            self._load_book(self.directory / "book.yaml")
        self._warn_of_others()

    def load_files(self, paths: list[Path]) -> None:
        """Catalog files alone."""
        for path in paths:
            if not path.name.endswith((".yaml", ".yml", *LINES)):
                hint = "; put it into a directory as offers.csv beside a catalog.yaml" if path.suffix == ".csv" else ""
                raise UsageError(f"{path} is not a catalog file (.yaml, .ndjson or .ndjson.gz){hint}")
        self._load_catalogs(paths)

    def load_policies(self, chosen: list[str], *, own: bool) -> list[LoadedPolicy]:
        """The chosen policies, else ``policy.yaml`` (if ``own``), else the default."""
        file = self.directory / "policy.yaml"
        if chosen:
            loaded = read_policies(chosen, Path(), self.policy_problems)
        elif own and file.exists():
            loaded = read_policies(["policy.yaml"], self.directory, self.policy_problems, self.shown)
        else:
            loaded = read_policies([DEFAULT_POLICY], Path(), self.policy_problems)
        self.files.extend((entry.shown, "policy", entry.sha256, len(entry.policy.rules)) for entry in loaded)
        return loaded

    def _catalog_paths(self) -> list[Path]:
        found = [self.directory / name for name in CATALOG_FILES if (self.directory / name).exists()]
        folder = self.directory / "catalog"
        several = sorted(folder.glob("*.yaml"))
        if len(found) > 1 or (found and several):
            names = [*(path.name for path in found), *(["catalog/*.yaml"] if several else [])]
            raise UsageError(f"{self.directory} holds {' and '.join(names)}; keep one of them")
        if not found and not several:
            if folder.is_dir():
                raise UsageError(f"{folder}/*.yaml matches no file")
            if (self.directory / "offers.csv").exists():
                message = "needs a catalog.yaml beside it, with the currency and the products"
                self.problems.append(Problem("offers.csv", 0, 1, "", message))
            else:
                raise UsageError(f"{self.directory} holds no catalog.yaml (nor catalog/*.yaml, nor catalog.ndjson)")
        return found or several

    def _load_catalogs(self, paths: list[Path]) -> None:
        found = [self._load_lines(path) if path.name.endswith(LINES) else self._load_yaml(path) for path in paths]
        headers = [header for header in found if header is not None]
        self.parts.complete &= len(headers) == len(paths)
        if headers:
            self.parts.add_header(headers[0] if len(headers) == 1 else merged(headers, self.problems))

    def _load_yaml(self, path: Path) -> Located | None:
        read = read_yaml(path, self.shown(path), self.problems)
        if read is None or expect_kind(read[0], ("catalog",), self.problems) is None:
            return None
        document, digest = read
        for item in entries(document, "products", self.problems):
            self.parts.add_product(item)
        offers = entries(document, "offers", self.problems)
        for item in offers:
            self.parts.add_offer(item)
        self.files.append((self.shown(path), "catalog", digest, len(offers)))
        return document.without("products", "offers")

    def _load_lines(self, path: Path) -> Located | None:
        header: Located | None = None
        rows, shown = 0, self.shown(path)
        faults: list[Problem] = []
        for item in read_ndjson(path, shown, faults):
            if header is not None:
                rows += self._load_line(item)
            elif faults or expect_kind(item, ("catalog",), faults) is None:
                break
            else:
                header = self._line_header(item)
        self.parts.complete &= not faults
        self.problems.extend(faults)
        if header is not None:
            self.files.append((shown, "catalog", digest_of(path), rows))
        elif not faults:
            self.problems.append(Problem(shown, 1, 1, "", "is empty; line 1 must be the catalog without its offers"))
        return header

    def _line_header(self, item: Located) -> Located:
        for key in ("products", "offers"):
            if key in item.data:
                message = f'stands in the first line; write each as a line of its own: {{"{key[:-1]}": …}}'
                self.problems.append(item.problem((key,), message))
        return item.without("products", "offers")

    def _load_line(self, item: Located) -> int:
        """One product or offer; gives back how many offers that was."""
        keys = list(item.data)
        if keys == ["offer"]:
            self.parts.add_offer(_inside(item, "offer"))
            return 1
        if keys == ["product"]:
            self.parts.add_product(_inside(item, "product"))
        else:
            self.problems.append(item.problem((), 'must be {"product": {…}} or {"offer": {…}} and nothing else'))
        return 0

    def _load_offers(self, path: Path) -> None:
        before = len(self.problems)
        read = read_csv(path, self.shown(path), _is_list, self.problems)
        self.parts.complete &= len(self.problems) == before
        if read is not None:
            for item in read[0]:
                self.parts.add_offer(item)
            self.files.append((self.shown(path), "offers", read[1], len(read[0])))

    def _load_segments(self, path: Path) -> None:
        shown = self.shown(path)
        if path.suffix == ".csv":
            table = read_csv(path, shown, _is_list, self.problems)
            if table is None:
                return
            found, digest = table
            empty = Problem(shown, 1, 1, "", "there are no segments; list them, or remove the file")
        else:
            read = read_yaml(path, shown, self.problems)
            if read is None or expect_kind(read[0], ("segments",), self.problems) is None:
                return
            document, digest = read
            found = entries(document, "segments", self.problems)
            refuse_other_keys(document, "segments", self.problems)
            empty = document.problem(("segments",), "there are no segments; list them, or remove the file")
        if not found and not any(problem.path == shown for problem in self.problems):
            self.problems.append(empty)
        for item in found:
            self.parts.add_segment(item)
        self.files.append((shown, "segments", digest, len(found)))

    def _load_waivers(self, path: Path) -> None:
        read = read_yaml(path, self.shown(path), self.policy_problems)
        if read is None or expect_kind(read[0], ("waivers",), self.policy_problems) is None:
            return
        document, digest = read
        found = entries(document, "waivers", self.policy_problems)
        for item in found:
            self.parts.add_waiver(item, self.policy_problems)
        refuse_other_keys(document, "waivers", self.policy_problems)
        self.files.append((self.shown(path), "waivers", digest, len(found)))

    def _load_book(self, path: Path) -> None:
        read = read_yaml(path, self.shown(path), self.problems)
        if read is None or expect_kind(read[0], ("book",), self.problems) is None:
            return
        self.parts.add_mapped(read[0])
        mapped = self.parts.mapped
        self.files.append((self.shown(path), "book", read[1], 0 if mapped is None else len(list(mapped.leaves()))))

    def _warn_of_others(self) -> None:
        """A misspelt file name would be silence; so each file that looks like an input and is none gets a word."""
        for path in sorted(self.directory.iterdir()):
            if path.name in _KNOWN or path.suffix not in (".yaml", ".yml", ".csv", ".ndjson") or not path.is_file():
                continue
            if self.parts.mapped is not None and self.parts.mapped.source.names(path.name):
                continue
            message = f"is not read: {unknown('file', path.name, _KNOWN)}"
            self.parts.warnings.append(Problem(path.name, 0, 1, "", message.partition("; known")[0]))


def refuse_other_keys(document: Located, known: str, problems: list[Problem]) -> None:
    """A problem for each key of the file beside its kind and its list, and for a list that is not there."""
    others = [key for key in document.data if key not in ("fairoffer", known)]
    problems.extend(document.problem((key,), unknown("key", key, [known]), key=True) for key in others)
    if known not in document.data:
        problems.append(document.problem((known,), "is required"))


def _inside(item: Located, key: str) -> Located:
    data = item.data[key]
    name = data.get("id") if isinstance(data, dict) else None
    usable = isinstance(name, str) and 0 < len(name) <= 80 and name.isprintable()
    return Located(data, item.path, f"{key}s[{name}]" if usable else f"{key}s", item.line)


def _is_list(way: Loc) -> bool:
    """Whether a cell at this place of a table is a list, written ``web|phone``."""
    return (len(way) == 2 and way[0] in ("eligibility", "where") and way[1] != "tenure_months") or way[-1] in _LISTS
