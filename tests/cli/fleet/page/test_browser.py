"""The page of a fleet in a real browser: it filters, sorts and prints, by keyboard, without a network."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from adx_private_link.cli.fleet.page.rendering import page_text
from adx_private_link.cli.fleet.page.view import Finding, StackView
from tests.installed import program

from .views import cluster, fleet, stack


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    """Debian's Chromium."""
    chromium = program("chromium", "chromium")
    with sync_playwright() as playwright:
        # Containers run as root, where Chromium's own sandbox does not start; the pages are this test's own.
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Generator[Page]:
    """The page of three stacks, of which one has failed and one has a connection that waits."""
    waiting = StackView(
        "westeurope-9", {}, "unchanged", {"adx900": cluster("adx900", 9, "finance", connection="Pending")}, {}
    )
    failed = stack(2, 2, "failed", Finding("error", "SubnetIsFull"))
    file = tmp_path / "fleet.html"
    file.write_text(page_text(fleet(stack(1), failed, waiting)), encoding="utf-8")
    opened = browser.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    opened.on("request", lambda request: problems.append(request.url) if not request.url.startswith("file:") else None)
    opened.goto(file.as_uri())
    yield opened
    opened.close()
    assert problems == [], "no error, and no request but for the file itself"


def shown(page: Page) -> list[str]:
    """The clusters and consumers of the rows that are visible, in their order."""
    return [
        f"{row.locator('th').inner_text()} {row.locator('td').first.inner_text()}"
        for row in page.locator("tbody tr:visible").all()
    ]


def test_all_rows_are_shown_first(page: Page) -> None:
    assert shown(page) == [
        "adx100 analytics",
        "adx101 analytics",
        "adx101 finance",
        "adx200 analytics",
        "adx201 analytics",
        "adx201 finance",
        "adx900 finance",
    ]
    assert page.locator("#shown").inner_text() == "7 of 7 rows"


def test_search_finds_hosts_and_addresses_that_are_folded(page: Page) -> None:
    """An operator has an address from a log, and asks whose it is."""
    address = page.locator("tbody tr").nth(3).locator("td").nth(1).locator("dd").first.text_content()
    assert address
    page.get_by_label("Search").fill(address)
    assert shown(page) == ["adx200 analytics"]
    page.get_by_label("Search").fill("storeadx101 finance")
    assert shown(page) == ["adx101 finance"]
    page.get_by_role("button", name="Show all").click()
    page.wait_for_function("document.getElementById('shown').textContent === '7 of 7 rows'")


def test_filters_go_together(page: Page) -> None:
    page.get_by_label("Outcome").select_option("failed")
    page.get_by_label("Consumer").select_option("finance")
    assert shown(page) == ["adx201 finance"]
    assert page.locator("#shown").inner_text() == "1 of 7 rows"


def test_what_needs_a_look_is_one_click_away(page: Page) -> None:
    """In the morning, after a night's drift run."""
    page.get_by_label("Only what needs a look").check()
    assert shown(page) == ["adx200 analytics", "adx201 analytics", "adx201 finance", "adx900 finance"]


def test_everything_works_by_keyboard(page: Page) -> None:
    """The skip link comes first, then the search; a heading sorts with the space bar."""
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the table"
    page.keyboard.press("Tab")
    page.keyboard.type("adx1")
    assert shown(page) == ["adx100 analytics", "adx101 analytics", "adx101 finance"]
    heading = page.get_by_role("button", name="Cluster", exact=True)
    heading.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    assert shown(page)[-1] == "adx100 analytics"
    assert page.locator("thead th").first.get_attribute("aria-sort") == "descending"


def test_controls_have_names_for_screen_readers(page: Page) -> None:
    for control in page.locator("input, select, button").all():
        name = control.evaluate("control => control.labels?.[0]?.textContent ?? control.textContent")
        assert name.strip()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_both_schemes(page: Page, scheme: str) -> None:
    """WCAG 2.2 asks for a contrast of 4.5 (1.4.3)."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    contrasts = page.evaluate(_CONTRASTS)
    assert len(contrasts) > 20
    assert {text: contrast for text, contrast in contrasts.items() if contrast < 4.5} == {}


_CONTRASTS = """
() => {
  const channels = (color) => color.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const luminance = (color) => {
    const [r, g, b] = channels(color).map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = getComputedStyle(e).backgroundColor;
      if (!/, 0\\)$|transparent/.test(color)) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const result = {};
  const texts = "h1, h2, p, dt, dd, th, td, label, code, summary, button, output, .labels, .stacks";
  for (const e of document.querySelectorAll(texts)) {
    if (!e.checkVisibility() || !e.textContent.trim()) continue;
    const [one, other] = [luminance(getComputedStyle(e).color), luminance(ground(e))].sort((a, b) => b - a);
    result[e.tagName + " " + e.className + " " + e.textContent.trim().slice(0, 20)] = (one + 0.05) / (other + 0.05);
  }
  return result;
}
"""


def test_a_print_has_the_rows_and_no_controls(page: Page) -> None:
    """An auditor gets it on paper."""
    page.get_by_label("Outcome").select_option("failed")
    page.emulate_media(media="print")
    assert page.get_by_label("Search").is_hidden()
    assert len(shown(page)) == 3


def test_a_page_of_many_stacks_opens_and_filters(browser: Browser, tmp_path: Path) -> None:
    """300 stacks of 20 clusters are 9,000 rows."""
    file = tmp_path / "fleet.html"
    file.write_text(page_text(fleet(*(stack(number, 20) for number in range(300)))), encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    page.get_by_label("Search").fill("adx29919 finance")
    assert shown(page) == ["adx29919 finance"]
    page.close()
