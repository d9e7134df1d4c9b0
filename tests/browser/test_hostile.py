"""No script from what a student wrote runs: in a report, in the class page, or in a notebook, which has no policy."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from grader.report import render_card, render_class, render_student
from tests.browser.audit import SETTINGS, opened, unfold
from tests.report import factory

RAN = "document.documentElement.dataset.ran !== undefined"
CONTROL = '<!DOCTYPE html><title>Unescaped</title><script>document.documentElement.dataset.ran = "yes"</script>'


def made(name: str) -> str:
    hostile = factory.hostile_grade()
    if name == "report":
        return render_student(hostile)
    if name == "class":
        return render_class([hostile] * 3, factory.refusals(), title=factory.HOSTILE, links={})
    lines = [factory.HOSTILE]
    return f"<!DOCTYPE html>{render_card(hostile.parts, title=factory.HOSTILE, where='x', lines=lines, said=lines)}"


def ran(browser: Browser, folder: Path, text: str) -> tuple[bool, list[str]]:
    """Return whether a script of a page ran, and what the page asked for or said."""
    path, noticed = folder / "page.html", list[str]()
    path.write_text(text, encoding="utf-8")
    with opened(browser, path, SETTINGS[0]) as page:
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.on("dialog", lambda dialog: noticed.append(dialog.message))
        page.on("request", lambda request: noticed.append(request.url))
        unfold(page)
        for element in page.locator("a, summary").all()[:20]:
            element.hover()
        page.wait_for_timeout(100)
        return page.evaluate(RAN), noticed


@pytest.mark.parametrize("name", ["report", "class", "card"])
def test_no_script_from_text_runs(browser: Browser, tmp_path: Path, name: str) -> None:
    assert ran(browser, tmp_path, made(name)) == (False, [])


def test_a_script_that_is_not_escaped_would_be_noticed(browser: Browser, tmp_path: Path) -> None:
    assert ran(browser, tmp_path, CONTROL)[0]
