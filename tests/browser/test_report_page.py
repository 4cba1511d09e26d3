"""The report in a real browser: accessible, silent on the network, usable on a phone and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fairoffer import report
from tests.report import every, large, results

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
pytestmark = pytest.mark.browser

PAGES = {"small": results.small, "hostile": large.hostile, "big": large.big, "change": every.change}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every page once, on disk."""
    folder = tmp_path_factory.mktemp("pages")
    written = {name: folder / f"{name}.html" for name in PAGES}
    for name, path in written.items():
        report.write(PAGES[name](), path)
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visit, name: str, scheme: str) -> None:  # type: ignore[no-untyped-def]
    page = visit(name, color_scheme=scheme)
    if name == "big":
        page.wait_for_selector("#paged:not([hidden])")
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = axe.Axe().run(page, options=options)
    assert len(found.response["passes"]) > 20
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_does_not_scroll_sideways(visit, name: str) -> None:  # type: ignore[no-untyped-def]
    page = visit(name, viewport={"width": 320, "height": 700})
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_without_scripts_every_finding_is_there(visit) -> None:  # type: ignore[no-untyped-def]
    text = visit("small", java_script_enabled=False).content()
    assert all(one.id in text for one in results.small().findings)


def test_without_scripts_a_large_page_says_where_the_rows_are(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("big", java_script_enabled=False)
    assert page.locator("noscript p").is_visible()
    assert not page.locator("#filter").is_visible()


def test_rows_page_filter_and_save(visit, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    page = visit("big")
    page.wait_for_selector("#paged:not([hidden])")
    assert page.locator("#at").inner_text() == "1 to 100 of 10000"
    assert page.locator("#rows tr").count() == 100
    assert page.locator("#rows td").first.inner_text() == "1"
    page.get_by_role("button", name="Next 100").click()
    assert page.locator("#at").inner_text() == "101 to 200 of 10000"
    page.get_by_label("Show rows with").fill("fibre-7-tenure")
    assert page.locator("#at").inner_text() == "1 to 45 of 45"
    with page.expect_download() as download:
        page.get_by_role("button", name="Save these as CSV").click()
    download.value.save_as(tmp_path / "saved.csv")
    assert len((tmp_path / "saved.csv").read_text(encoding="utf-8").splitlines()) == 46
    page.get_by_label("Show rows with").fill("no such thing")
    assert page.locator("#at").inner_text() == "no such rows"


def test_the_title_starts_with_the_verdict_and_the_page_has_landmarks(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("small")
    assert page.title().startswith("Failed: ")
    for landmark in ("header", "main", "footer", "nav"):
        assert page.locator(landmark).count() == 1


def test_it_prints_with_every_cause_open(visit) -> None:  # type: ignore[no-untyped-def]
    page = visit("small")
    assert page.pdf(tagged=True).startswith(b"%PDF")
    page.emulate_media(media="print")
    assert page.get_by_text("pays less for more speed").first.bounding_box()["height"] > 0
