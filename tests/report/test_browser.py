"""The pages as a browser shows them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from grader.report import render_class, render_student
from tests.report import factory

PAGES = ("rich", "held", "hostile", "class", "hostile class")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pages")
    hostile = factory.hostile_grade()
    content = {
        "rich": render_student(factory.coded_grade()),
        "held": render_student(factory.held_grade()),
        "hostile": render_student(hostile),
        "class": render_class(factory.a_class(), factory.refusals(), title="MLP", links={"s1": "s1.html"}),
        "hostile class": render_class([hostile] * 3, factory.refusals(), title=factory.HOSTILE, links={}),
    }
    for name, page in content.items():
        (made / f"{name}.html").write_text(page, encoding="utf-8")
    return made


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
    yield page
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_does_not_scroll_sideways_on_a_phone(phone: Page, folder: Path, name: str) -> None:
    phone.goto((folder / f"{name}.html").as_uri())
    assert phone.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("name", PAGES)
def test_no_script_from_text_runs(phone: Page, folder: Path, name: str) -> None:
    phone.goto((folder / f"{name}.html").as_uri())
    assert phone.evaluate("document.documentElement.dataset.ran === undefined")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_the_network_for_nothing(phone: Page, folder: Path, name: str) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    address = (folder / f"{name}.html").as_uri()
    phone.goto(address)
    assert [url for url in asked if url != address and not url.startswith("data:")] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_causes_no_message_on_the_console(phone: Page, folder: Path, name: str) -> None:
    messages: list[str] = []
    phone.on("console", lambda message: messages.append(message.text))
    phone.on("pageerror", lambda error: messages.append(str(error)))
    phone.goto((folder / f"{name}.html").as_uri())
    assert messages == []


@pytest.mark.parametrize("name", PAGES)
def test_every_picture_has_a_text_alternative(phone: Page, folder: Path, name: str) -> None:
    phone.goto((folder / f"{name}.html").as_uri())
    assert phone.evaluate("[...document.querySelectorAll('svg, img')].every(x => x.ariaLabel || x.alt)")


@pytest.mark.parametrize("name", PAGES)
def test_headings_leave_out_no_level(phone: Page, folder: Path, name: str) -> None:
    phone.goto((folder / f"{name}.html").as_uri())
    levels = phone.evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].map(x => Number(x.tagName[1]))")
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False))


@pytest.mark.parametrize("name", PAGES)
def test_no_id_occurs_twice(phone: Page, folder: Path, name: str) -> None:
    phone.goto((folder / f"{name}.html").as_uri())
    ids = phone.evaluate("[...document.querySelectorAll('[id]')].map(x => x.id)")
    assert len(ids) == len(set(ids))


def test_the_dark_scheme_is_followed(phone: Page, folder: Path) -> None:
    phone.goto((folder / "rich.html").as_uri())
    assert phone.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 26)"


def test_a_link_to_a_part_leads_to_its_card(phone: Page, folder: Path) -> None:
    phone.goto((folder / "rich.html").as_uri())
    phone.locator(".next a").first.click()
    assert phone.evaluate("document.querySelector(':target h3').innerText").startswith("Affine layer, backward")


def test_the_class_table_is_sorted_by_keyboard(phone: Page, folder: Path) -> None:
    phone.goto((folder / "class.html").as_uri())
    phone.get_by_role("button", name="Percent").press("Enter")
    shares = phone.evaluate(
        "[...document.querySelectorAll('#table tbody tr')].map(r => Number(r.cells[2].dataset.sort))"
    )
    assert shares == sorted(shares)


def test_the_class_table_is_filtered(phone: Page, folder: Path) -> None:
    phone.goto((folder / "class.html").as_uri())
    phone.get_by_label("Filter by name, origin or status").fill("held")
    assert phone.locator("#table tbody tr:visible td:first-child").all_inner_texts() == ["Katherine Johnson"]
