"""Problems and the errors that carry them."""

from __future__ import annotations

import pytest

from fairoffer.errors import (
    SHOWN,
    FairofferError,
    InputError,
    OutputError,
    PolicyError,
    Problem,
    ProblemsError,
    UsageError,
)


def test_a_problem_says_file_line_column_place_and_fault() -> None:
    problem = Problem("catalog.yaml", 14, 35, "offers[welcome].price[0].amount", "is required")
    assert str(problem) == "catalog.yaml:14:35: offers[welcome].price[0].amount: is required"


def test_a_problem_in_a_table_names_the_column_once() -> None:
    assert str(Problem("offers.csv", 41, "price.1.amount", "", "is required")) == (
        "offers.csv:41:price.1.amount: is required"
    )


def test_a_problem_of_a_whole_file_has_no_position() -> None:
    assert str(Problem("book.yaml", 0, 1, "", "cannot be read")) == "book.yaml: cannot be read"


def test_problems_are_printed_once_each_in_the_order_of_the_text() -> None:
    later, sooner = Problem("b", 2, 1, "", "x"), Problem("a", 10, 2, "", "y")
    named, numbered = Problem("a", 10, "id", "", "z"), Problem("a", 9, 30, "", "z")
    error = InputError([later, named, sooner, numbered, later])
    assert error.problems == [numbered, sooner, named, later]
    assert str(error).splitlines() == ["a:9:30: z", "a:10:2: y", "a:10:id: z", "b:2:1: x"]


def test_a_flood_of_problems_is_cut_and_counted() -> None:
    lines = str(InputError(Problem("a", line, 1, "", "x") for line in range(1, SHOWN + 11))).splitlines()
    assert len(lines) == SHOWN + 1
    assert lines[-1] == "… and 10 more problems"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FairofferError("x"), 70),
        (UsageError("x"), 2),
        (PolicyError([]), 2),
        (InputError([]), 3),
        (OutputError("x"), 5),
        (ProblemsError([]), 70),
    ],
)
def test_every_error_ends_with_its_exit_code(error: FairofferError, code: int) -> None:
    assert error.exit_code == code
