"""The pages of the recorded demos, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.audit import publish_demos


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every page of the four demos by its name, such as "mlp/bela" and "mlp/class"."""
    return publish_demos(tmp_path_factory.mktemp("demos"))
