"""The bulletin as a page, opened by a real browser: on a phone and on a desk."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from bulletin_sample import HOSTILE_NAMES, sample_bulletin, texts
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from grid_assessment.bulletin.charts import draw_charts
from grid_assessment.bulletin.document import Chart
from grid_assessment.bulletin.write_html import write_html

PHONE, DESK = 360, 1280
SWITCHES = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium, started here and closed at the end."""
    program = shutil.which("chromium")
    assert program, "chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "bulletin.html"
    bulletin = sample_bulletin()
    write_html(bulletin, draw_charts(bulletin), path)
    return path.as_uri()


class Visit:
    """A page that is open, all that it asked for, and all that it complained about."""

    def __init__(self, page: Page, address: str, width: int = DESK) -> None:
        """Open the page at a width in pixels."""
        self.page = page
        self.width = width
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(address)
        for drawing in page.locator(".live svg").all():
            expect(drawing).to_be_visible()

    def order(self, table: str, column: int, expected: str) -> list[str]:
        """Texts of a table's first column, once its column is sorted as expected."""
        expect(self.head(table, column)).to_have_attribute("aria-sort", expected)
        return self.page.locator(f"#table-{table} tbody tr > :first-child").all_inner_texts()

    def head(self, table: str, column: int) -> Locator:
        """The head of a column."""
        return self.page.locator(f"#table-{table} thead th:nth-child({column})")


@pytest.fixture(params=[PHONE, DESK])
def visit(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    page = browser.new_page()
    yield Visit(page, address, request.param)
    page.close()


def printed(text: str) -> str:
    return " ".join(text.split())


def test_charts_are_drawn_and_nothing_is_asked_or_complained(visit: Visit, address: str) -> None:
    for chart in (block for block in sample_bulletin().blocks if isinstance(block, Chart)):
        live = visit.page.locator(f"#chart-{chart.name} .live")
        for kind, role in (("bar", "bar"), ("line", "point")):
            cells = [cell for one in chart.series if one.mark == kind for cell in one.cells]
            marks = live.locator(f'[aria-roledescription="{role}"]')
            expect(marks).to_have_count(sum(cell.value is not None for cell in cells))
        texts_drawn = live.locator("text").all_text_contents()
        values = [c.text for one in chart.series for c in one.cells if c.value is not None]
        assert set(values) <= set(texts_drawn)
    assert visit.requests == [address]
    assert visit.complaints == []


def test_page_is_never_wider_than_the_screen(visit: Visit) -> None:
    assert visit.page.evaluate("document.documentElement.scrollWidth") == visit.width
    too_wide = """[...document.querySelectorAll(".live svg, figcaption, p, h1, h2, h3, .scroll")]
        .filter((part) => part.getBoundingClientRect().right > innerWidth).length"""
    assert visit.page.evaluate(too_wide) == 0


def test_wide_table_scrolls_in_its_own_container(visit: Visit) -> None:
    scroll = visit.page.locator("#table-district_ranking .scroll")
    moved = scroll.evaluate("(part) => { part.scrollLeft = 9999; return part.scrollLeft; }")
    assert (moved > 0) == (visit.width == PHONE)
    assert visit.page.evaluate("scrollX") == 0


def test_charts_follow_the_width(visit: Visit) -> None:
    for width in (900, PHONE):
        visit.page.set_viewport_size({"width": width, "height": 800})
        visit.page.wait_for_function(
            "() => [...document.querySelectorAll('.live svg')].every((drawing) => {"
            " const width = drawing.getBoundingClientRect().width;"
            " return width <= innerWidth && width > innerWidth * 0.8; })"
        )
    assert visit.complaints == []


def test_every_text_is_on_the_page(visit: Visit) -> None:
    shown = printed(visit.page.locator("body").inner_text())
    drawn = " ".join(visit.page.locator("svg text").all_text_contents())
    missing = [text for text in texts(sample_bulletin()) if printed(text) not in shown + drawn]
    assert not missing


def test_names_become_no_elements(visit: Visit) -> None:
    assert visit.page.locator("img, b, iframe").count() == 0
    kinds = [script.get_attribute("type") for script in visit.page.locator("script").all()]
    assert kinds == ["application/json"] * 4 + [None]
    rows = visit.page.locator("#table-hostile_names tbody th").all_inner_texts()
    assert rows == [printed(name) for name in HOSTILE_NAMES]


def test_numbers_sort_by_click_and_missing_ones_stay_last(visit: Visit) -> None:
    as_printed = visit.order("other_sources", 4, "none")
    button = visit.head("other_sources", 4).get_by_role("button")
    for expected, order in (
        ("ascending", ["安全巡查", "市长热线转办", "微信、微博举报", "公众号", "卫星遥感监测"]),
        ("descending", ["微信、微博举报", "公众号", "市长热线转办", "安全巡查", "卫星遥感监测"]),
        ("none", as_printed),
    ):
        button.click()
        assert visit.order("other_sources", 4, expected) == order


def test_numbers_sort_as_numbers(visit: Visit) -> None:
    visit.head("other_sources", 2).get_by_role("button").click()
    order = ["安全巡查", "卫星遥感监测", "微信、微博举报", "公众号", "市长热线转办"]
    assert visit.order("other_sources", 2, "ascending") == order


def test_a_total_stays_last_however_the_rows_are_sorted(visit: Visit) -> None:
    button = visit.head("street_closure", 2).get_by_role("button")
    for expected, first in (("ascending", "第60街道办事处"), ("descending", "第1街道办事处")):
        button.click()
        assert visit.order("street_closure", 2, expected)[0] == first
        rows = visit.page.locator("#table-street_closure tr").all_inner_texts()
        assert rows[-1].startswith("合计")
        assert len(rows) == 62


def test_a_caption_is_read_whole_without_scrolling(visit: Visit) -> None:
    caption = visit.page.locator("#caption-district_ranking").bounding_box()
    assert caption is not None
    assert caption["x"] + caption["width"] <= visit.width


def test_texts_sort_by_chinese_collation_with_the_keyboard(visit: Visit) -> None:
    visit.head("other_sources", 2).get_by_role("button").click()
    visit.head("other_sources", 1).get_by_role("button").focus()
    visit.page.keyboard.press("Enter")
    order = ["安全巡查", "公众号", "市长热线转办", "微信、微博举报", "卫星遥感监测"]
    assert visit.order("other_sources", 1, "ascending") == order
    expect(visit.head("other_sources", 2)).to_have_attribute("aria-sort", "none")
    visit.page.keyboard.press("Space")
    assert visit.order("other_sources", 1, "descending") == order[::-1]


def test_marks_have_tooltips(visit: Visit) -> None:
    visit.page.locator('#chart-district_closure .live [aria-roledescription="bar"]').first.hover()
    tooltip = visit.page.locator("#vg-tooltip-element.visible")
    expect(tooltip).to_contain_text("五华区")
    expect(tooltip).to_contain_text("9511件")
    visit.page.locator('#chart-event_categories .live [aria-roledescription="bar"]').nth(3).hover()
    expect(tooltip).to_contain_text("<script>alert(1)</script>")


def test_legend_picks_a_series(visit: Visit) -> None:
    chart = visit.page.locator("#chart-omission .live")
    faded = chart.locator('[aria-roledescription="bar"][opacity="0.12"]')
    expect(faded).to_have_count(0)
    chart.get_by_text("常规案件（%）", exact=True).click()
    expect(faded).to_have_count(8)


def test_links_of_the_contents_lead_to_their_headings(visit: Visit) -> None:
    links = visit.page.locator("nav a").all()
    targets = [link.get_attribute("href") or "" for link in links]
    assert len(targets) == 8
    for link, target in zip(links, targets, strict=True):
        heading = visit.page.locator(target)
        assert printed(heading.inner_text()) == printed(link.text_content() or "")


def test_policy_forbids_requests(visit: Visit) -> None:
    refused = visit.page.evaluate(
        """() => new Promise((resolve) => {
            addEventListener("securitypolicyviolation", (e) => resolve(e.effectiveDirective));
            fetch("http://127.0.0.1:9/").catch(() => {});
        })"""
    )
    assert refused == "connect-src"


def test_print_shows_the_drawn_charts(visit: Visit) -> None:
    visit.page.emulate_media(media="print")
    expect(visit.page.locator(".still svg").first).to_be_visible()
    expect(visit.page.locator(".live svg").first).to_be_hidden()
    expect(visit.page.locator("nav")).to_be_hidden()


def test_without_scripts_the_drawn_charts_are_shown(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    for drawing in page.locator(".still svg").all():
        expect(drawing).to_be_visible()
    assert page.locator(".still svg").count() == 4
    context.close()


def test_the_same_bulletin_gives_the_same_page(address: str, tmp_path: Path) -> None:
    again = tmp_path / "again.html"
    write_html(sample_bulletin(), draw_charts(sample_bulletin()), again)
    assert again.read_bytes() == Path(address.removeprefix("file://")).read_bytes()
