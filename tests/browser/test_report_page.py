"""The report in a real browser: accessible, silent on the network, usable on a phone and without scripts."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from fairoffer import report
from fairoffer.model.inputs import load_inputs
from fairoffer.model.result import Result
from fairoffer.report import causes
from fairoffer.verdict import judge
from tests.drawing import DAY
from tests.report import every, large, on_book, on_rows, results

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
pytestmark = pytest.mark.browser


def plain() -> Result:
    """As many findings as stand in a page plainly."""
    return large.big(causes.PLAIN, causes=120)


def demo() -> Result:
    return judge(load_inputs(ROOT / "fixtures" / "broadband"), DAY)


def sheet() -> Result:
    return judge(load_inputs(ROOT / "fixtures" / "spreadsheet"), DAY)


ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = {
    "small": results.small,
    "hostile": large.hostile,
    "big": large.big,
    "change": every.change,
    "rows": on_rows.rows,
    "book": on_book.book,
    "sheet": sheet,
}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every page once, on disk."""
    folder = tmp_path_factory.mktemp("pages")
    made = {**PAGES, "plain": plain, "demo": demo}
    written = {name: folder / f"{name}.html" for name in made}
    for name, path in written.items():
        report.write(made[name](), path)
    return written


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[object]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, pages):  # type: ignore[no-untyped-def]
    """Open a page; what it said on the console and whom it called is checked at the end."""
    opened = []

    def open_page(name, **options):  # type: ignore[no-untyped-def]
        context = browser.new_context(**options)
        page = context.new_page()
        said: list[str] = []
        called: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda request: called.append(request.url))
        page.goto(pages[name].as_uri())
        opened.append((context, said, called, pages[name].as_uri()))
        return page

    yield open_page
    for context, said, called, own in opened:
        context.close()
        assert said == []
        assert [url for url in called if not url.startswith(("data:", "blob:"))] == [own]


def violations(page) -> str:  # type: ignore[no-untyped-def]
    """What axe holds against a page; nothing where it has nothing to say."""
    found = axe.Axe().run(page, options={"runOnly": TAGS})
    assert len(found.response["passes"]) > 20
    return found.generate_report() if found.violations_count else ""


def ready(page, name: str) -> None:  # type: ignore[no-untyped-def]
    """The script has done its work."""
    page.wait_for_selector("#filter:not([hidden])" if name != "big" else "#paged:not([hidden])")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visit, name: str, scheme: str) -> None:  # type: ignore[no-untyped-def]
    page = visit(name, color_scheme=scheme)
    ready(page, name)
    assert violations(page) == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(320, 1), (640, 2)], ids=["320 px", "200 %"])
def test_axe_finds_nothing_on_a_phone_and_magnified(visit, size, scheme: str) -> None:  # type: ignore[no-untyped-def]
    width, scale = size
    page = visit("sheet", color_scheme=scheme, viewport={"width": width, "height": 700}, device_scale_factor=scale)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert violations(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_axe_finds_nothing_in_forced_colours(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("sheet", forced_colors="active")
    assert violations(page) == ""
    marks = page.evaluate("""['.stranger', '.stayed', '.best', '.gap'].map(name => {
        const style = getComputedStyle(document.querySelector('figure ' + name));
        return name === '.gap' ? style.stroke : style.fill;
    })""")
    assert set(marks) == {page.evaluate("getComputedStyle(document.body).color")}


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_does_not_scroll_sideways(visit, name: str) -> None:  # type: ignore[no-untyped-def]
    page = visit(name, viewport={"width": 320, "height": 700})
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("name", ["small", "demo"])
def test_text_of_twice_the_size_does_not_scroll_sideways(visit, name: str) -> None:  # type: ignore[no-untyped-def]
    page = visit(name, viewport={"width": 1280, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


@pytest.mark.parametrize("name", ["small", "change", "plain"])
def test_without_scripts_every_finding_is_there(visit, name: str) -> None:  # type: ignore[no-untyped-def]
    page = visit(name, java_script_enabled=False)
    made = plain() if name == "plain" else PAGES[name]()
    shown = set(page.locator("#t-all ~ tbody code").all_inner_texts())
    assert shown >= {one.id for one in made.findings}
    assert not page.locator("#filter").is_visible()


def test_without_scripts_a_large_page_has_causes_and_says_where_the_rows_are(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("big", java_script_enabled=False)
    assert page.locator(".cause summary h3").count() == 300
    assert page.locator(".cause summary h3").last.is_visible()
    assert "every finding is in the CSV" in page.locator("noscript p").inner_text()
    assert not page.locator("#filter").is_visible()


def test_rows_page_filter_sort_and_save(visit, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    page = visit("big")
    ready(page, "big")
    assert page.locator("#at").inner_text() == "1 to 100 of 10000"
    assert page.locator("#rows tr").count() == 100
    assert page.locator("#rows td").first.inner_text() == "1"
    page.get_by_role("button", name="Next 100").click()
    assert page.locator("#at").inner_text() == "101 to 200 of 10000"
    page.get_by_label("Show rows with").fill("fibre-7-tenure")
    assert page.locator("#at").inner_text() == "1 to 45 of 45"
    page.get_by_role("button", name="Customers").click()
    people = [int(text.replace(",", "")) for text in page.locator("#rows td:nth-child(14)").all_inner_texts()]
    assert people == sorted(people, reverse=True)
    saved = download(page, tmp_path)
    assert len(saved) == 46
    column = saved[0].index("Customers")
    assert [int(line[column].replace(",", "")) for line in saved[1:]] == people
    page.get_by_label("Show rows with").fill("no such thing")
    assert page.locator("#at").inner_text() == "no such rows"


def download(page, folder: Path) -> list[list[str]]:  # type: ignore[no-untyped-def]
    """The lines of the CSV that the page saves."""
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save these as CSV").click()
    saved.value.save_as(folder / "saved.csv")
    with (folder / "saved.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_plain_rows_filter_sort_and_save(visit, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    page = visit("demo")
    ready(page, "demo")
    rows, result = page.locator("#t-all ~ tbody tr"), demo()
    every_one = len(result.findings)
    before = rows.all_inner_texts()
    assert page.locator("#at").inner_text() == f"{every_one} of {every_one}"
    page.get_by_label("Show rows with").fill("FIBRE-500")
    few = sum(one.product == "fibre-500" for one in result.findings)
    assert rows.count() == few < every_one
    heads, *saved = download(page, tmp_path)
    assert len(saved) == few
    ids = {one.id: one for one in result.findings}
    for line in saved:
        cells = dict(zip(heads, line, strict=True))
        one = ids[cells["Id"]]
        assert (cells["Product"], cells["Subject"], cells["Level"]) == (
            one.product,
            one.segment or "whole product",
            one.level,
        )
        assert cells["Cause"].startswith("cause ")
    page.get_by_label("Show rows with").fill("")
    head = page.locator("table:has(#t-all) th", has_text="Gap")
    gap = head.get_by_role("button")
    gap.click()
    assert head.get_attribute("aria-sort") == "descending"
    gap.click()
    assert head.get_attribute("aria-sort") == "ascending"
    gap.click()
    assert head.get_attribute("aria-sort") is None
    assert rows.all_inner_texts() == before


def test_the_keyboard_reaches_everything(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("demo")
    ready(page, "demo")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    second = page.locator(".cause").nth(1)
    second.locator("summary").focus()
    page.keyboard.press("Enter")
    assert second.get_attribute("open") is not None
    page.locator("#q").focus()
    page.keyboard.type("loyalty")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "save"
    head = page.locator("table:has(#t-all) th", has_text="Customers")
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    # What scrolls can be reached, and so can all that can be pressed.
    out_of_reach = page.evaluate("""[...document.querySelectorAll('a[href], button, input, summary, .scroll')]
        .filter(one => one.tabIndex < 0).length""")
    assert out_of_reach == 0
    small = page.evaluate("""[...document.querySelectorAll('button, input, summary, nav a')]
        .filter(one => one.offsetParent && one.getBoundingClientRect().height < 24).map(one => one.textContent)""")
    assert small == []


def test_ten_thousand_findings_block_nothing_for_long(visit) -> None:  # type: ignore[no-untyped-def]
    """Of three tries the best: other work on the machine makes tasks longer, and none shorter."""
    tries = []
    for _ in range(3):
        page = visit("big")
        ready(page, "big")
        page.get_by_label("Show rows with").fill("fibre-7")
        page.get_by_role("button", name="Gap").click()
        page.get_by_label("Show rows with").fill("")
        tries.append(
            page.evaluate("""new Promise(done => {
                const end = performance.getEntriesByType('navigation')[0].loadEventEnd, found = [];
                new PerformanceObserver(list => found.push(...list.getEntries()))
                    .observe({type: 'longtask', buffered: true});
                const after = () => found.filter(one => one.startTime >= end).map(one => one.duration);
                setTimeout(() => done(Math.max(0, ...after())), 300);
            })""")
        )
        if tries[-1] <= 300:
            break
    assert min(tries) <= 300, tries


def test_the_title_starts_with_the_verdict_and_the_page_has_landmarks(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("small")
    assert page.title().startswith("Failed: ")
    assert page.evaluate("document.documentElement.lang") == "en"
    for landmark in ("header", "main", "footer", "nav"):
        assert page.locator(landmark).count() == 1
    assert page.locator("table:not(:has(caption))").count() == 0
    assert page.locator("th:not([scope])").count() == 0
    assert page.locator("svg[role=img]:not(:has(title, desc))").count() == 0


@pytest.mark.parametrize("name", ["small", "demo", "plain"])
def test_print_holds_every_cause(visit, name: str) -> None:  # type: ignore[no-untyped-def]
    page = visit(name)
    ready(page, name)
    printed = page.pdf(tagged=True, outline=True)
    # The bookmarks leave the spaces out at which a title is broken into lines.
    titles = ["".join(title.split()) for title in page.locator(".cause summary h3").all_inner_texts()]
    marks = ["".join(title.split()) for title in outline(printed)]
    assert [title for title in marks if title in titles] == titles
    page.emulate_media(media="print")
    hidden = page.evaluate("""[...document.querySelectorAll('details')].filter(one =>
        [...one.children].some(part => part.getBoundingClientRect().height === 0)).length""")
    assert hidden == 0
    assert page.locator("#filter").is_hidden()


def outline(printed: bytes) -> list[str]:
    """The bookmarks of a PDF, one for every heading that is on one of its pages."""
    found = []
    for title in re.findall(rb"/Title \(((?:[^()\\]|\\.)*)\)", printed, re.DOTALL):
        raw = re.sub(rb"\\([0-7]{3})", lambda match: bytes([int(match[1], 8)]), title)
        raw = re.sub(rb"\\(.)", rb"\1", raw, flags=re.DOTALL)
        found.append(raw[2:].decode("utf-16-be") if raw.startswith(b"\xfe\xff") else raw.decode("latin-1"))
    coded = re.findall(rb"/Title <([0-9A-Fa-f]+)>", printed)
    return [*found, *(bytes.fromhex(title.decode()).decode("utf-16-be").removeprefix("\ufeff") for title in coded)]
