"""What axe-core says of a page, in four settings: phone and desktop, light and dark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from grader.publish import publish
from tests.browser.record import ASSIGNMENTS, read_recording


class Setting(NamedTuple):
    """How a page is looked at."""

    device: str
    width: int
    height: int
    scheme: Literal["light", "dark"]

    def __str__(self) -> str:
        return f"{self.device}, {self.scheme}"


SETTINGS = (
    Setting("phone", 390, 844, "light"),
    Setting("phone", 390, 844, "dark"),
    Setting("desktop", 1280, 800, "light"),
    Setting("desktop", 1280, 800, "dark"),
)


class Found(NamedTuple):
    """What axe-core found on one page in one setting.

    Attributes:
        violations: number of elements by rule.
        undecided: number of elements by rule and reason that axe-core leaves to a person.
        rules: number of rules that applied.
        examples: one element for each rule violated or undecided, with what axe-core says.
    """

    violations: dict[str, int]
    undecided: dict[str, int]
    rules: int
    examples: tuple[str, ...]


def publish_demos(out: Path) -> dict[str, Path]:
    """Write the pages of the recorded demos; return each by its name, such as "mlp/bela"."""
    pages = {}
    for name in ASSIGNMENTS:
        recording = read_recording(name)
        title = recording.grades[0].assignment_title
        published = publish(recording.grades, recording.refusals, out / name, title=title)
        pages[f"{name}/class"] = published.class_report
        pages |= {f"{name}/{grade.student}": published.reports / f"{grade.key}.html" for grade in recording.grades}
    return pages


@contextmanager
def opened(browser: Browser, path: Path, setting: Setting) -> Iterator[Page]:
    """Open a page in a setting."""
    page = browser.new_page(viewport={"width": setting.width, "height": setting.height}, color_scheme=setting.scheme)
    try:
        page.goto(path.as_uri())
        yield page
    finally:
        page.close()


def unfold(page: Page) -> None:
    """Open everything that can be opened: axe-core does not look into what is closed."""
    page.evaluate("document.querySelectorAll('details').forEach(x => { x.open = true })")


def audit(page: Page) -> Found:
    """Run all of axe-core's rules, those of WCAG 2.2 AA and its best practices, on a page with all unfolded."""
    unfold(page)
    options = {"resultTypes": ["violations", "incomplete"], "rules": {"target-size": {"enabled": True}}}
    result = Axe().run(page, options=options).response
    troubled = [*result["violations"], *result["incomplete"]]
    return Found(
        violations=counted(result["violations"]),
        undecided=dict(Counter(reason for rule in result["incomplete"] for reason in reasons(rule))),
        rules=len(result["passes"]) + len(troubled),
        examples=tuple(example(rule) for rule in troubled),
    )


def counted(rules: list[dict[str, Any]]) -> dict[str, int]:
    return {rule["id"]: len(rule["nodes"]) for rule in rules}


def reasons(rule: dict[str, Any]) -> Iterator[str]:
    """Yield for each element why axe-core could not decide: "color-contrast: shortTextContent"."""
    for node in rule["nodes"]:
        data = next((check["data"] for check in node["any"] if isinstance(check["data"], dict)), {})
        yield f"{rule['id']}: {data.get('messageKey', 'unknown')}"


def example(rule: dict[str, Any]) -> str:
    node = rule["nodes"][0]
    return f"{rule['id']}: {node['html'][:200]}: {' '.join(node['failureSummary'].split())[:300]}"
