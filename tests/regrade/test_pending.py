"""A regrade lies beside what is published until somebody publishes or discards it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.regrade.pending import Pending
from grader.store import Store, open_store
from tests.regrade.factory import REFUSAL, check, graded, part

OLD, NEW = graded(part(check(0.0))), graded(part(check(2.0)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """A store with one published grade and one refusal."""
    with open_store(path) as opened:
        opened.put(OLD, "checks")
        opened.refuse(REFUSAL)
        yield opened


@pytest.fixture
def pending(store: Store) -> Pending:
    """A regrade in which the grade came out otherwise."""
    pending = Pending(store)
    pending.begin()
    pending.results.put(NEW, "other checks")
    pending.finish()
    return pending


def test_at_first_nothing_is_pending(store: Store) -> None:
    assert Pending(store).state() == "none"


def test_a_regrade_starts_from_what_is_published(store: Store) -> None:
    pending = Pending(store)
    pending.begin()
    assert (pending.results.graded(), pending.results.refusals()) == ((OLD,), (REFUSAL,))


def test_a_regrade_that_did_not_end_is_under_way(store: Store) -> None:
    pending = Pending(store)
    pending.begin()
    assert pending.state() == "under way"


def test_a_regrade_leaves_what_is_published_as_it_is(store: Store, pending: Pending) -> None:
    assert store.graded() == (OLD,)


def test_a_regrade_is_found_by_the_next_command(path: Path, pending: Pending) -> None:
    with open_store(path) as again:
        found = Pending(again)
        assert (found.state(), found.results.graded()) == ("complete", (NEW,))


def test_a_regrade_that_starts_again_goes_on_from_what_it_has(pending: Pending) -> None:
    pending.begin()
    assert (pending.state(), pending.results.graded()) == ("under way", (NEW,))


def test_publishing_takes_the_pending_results(store: Store, pending: Pending) -> None:
    pending.publish()
    assert store.graded() == (NEW,)


def test_publishing_takes_over_by_which_checks_was_graded(store: Store, pending: Pending) -> None:
    pending.publish()
    assert store.has("ada", "hand-in", "other checks")


def test_after_publishing_nothing_is_pending(pending: Pending) -> None:
    pending.publish()
    assert (pending.state(), pending.results.graded()) == ("none", ())


def test_discarding_leaves_what_is_published_as_it_is(store: Store, pending: Pending) -> None:
    pending.discard()
    assert (store.graded(), pending.state(), pending.results.graded()) == ((OLD,), "none", ())
