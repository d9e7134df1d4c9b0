"""Print what axe-core finds: ``python -m tests.browser [FOLDER or FILE...]``; else in the recorded demos."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table

from tests.browser.audit import SETTINGS, Found, audit, opened, publish_demos


def main() -> int:
    """Audit every page in every setting, print a table; return 1 where a rule is violated."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        pages = given_pages([Path(name) for name in sys.argv[1:]]) or publish_demos(Path(folder))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        return show({name: audited(browser, path) for name, path in pages.items()})


def given_pages(paths: list[Path]) -> dict[str, Path]:
    """Return the pages of files and folders by their paths."""
    found = [page for path in paths for page in (sorted(path.rglob("*.html")) if path.is_dir() else [path])]
    return {str(page): page.absolute() for page in found}


def audited(browser: Browser, path: Path) -> dict[str, Found]:
    found = {}
    for setting in SETTINGS:
        with opened(browser, path, setting) as page:
            found[str(setting)] = audit(page)
    return found


def show(found: Mapping[str, Mapping[str, Found]]) -> int:
    """Print violations a page and setting, then what was undecided, and why; return the exit code."""
    table = Table("Page", *map(str, SETTINGS), "Rules", title="axe-core: violations", show_edge=False)
    undecided: Counter[str] = Counter()
    examples: dict[str, None] = {}
    for name, by_setting in found.items():
        counts = [str(sum(by_setting[str(setting)].violations.values())) for setting in SETTINGS]
        table.add_row(name, *counts, str(max(one.rules for one in by_setting.values())))
        for one in by_setting.values():
            undecided.update(one.undecided)
            examples |= dict.fromkeys(text for text in one.examples if text.split(":")[0] in one.violations)
    console = Console(width=140)
    console.print(table)
    violations = sum(sum(one.violations.values()) for by_setting in found.values() for one in by_setting.values())
    console.print(f"{len(found)} pages, {len(SETTINGS)} settings: {violations} violations.")
    for reason, count in undecided.most_common():
        console.print(f"Left to a person: {reason}: {count} elements.", markup=False)
    for text in examples:
        console.print(text, markup=False)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
