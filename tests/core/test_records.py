"""Cheap dataclasses behave as those of the standard library do, but that nobody stops who changes them."""

from __future__ import annotations

import dataclasses
from dataclasses import field, replace

import pytest

from contractctl.core.records import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 0
    note: str = field(default="", compare=False, repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Standard:
    x: int
    y: int = 0
    note: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Alone:
    x: int


@dataclass(frozen=True, slots=True)
class Empty:
    pass


@dataclass(slots=True)
class Changing:
    x: int


@dataclass(frozen=True, slots=True, eq=False)
class Itself:
    x: int


def test_fields_decide_what_is_equal() -> None:
    assert Point(1, 2) == Point(1, 2)
    assert Point(1, 2, "a") == Point(1, 2, "b")
    assert Point(1, 2) != Point(2, 1)
    assert Alone(1) == Alone(1) != Alone(2)
    assert Empty() == Empty()


def test_another_class_with_the_same_fields_is_not_equal() -> None:
    assert Point(1, 2) != Standard(1, 2)
    assert Alone(1) != 1


def test_equal_values_have_equal_hashes() -> None:
    assert {Point(1, 2), Point(1, 2, "a")} == {Point(1, 2)}
    assert hash(Point(1, 2)) == hash(Standard(1, 2))
    assert hash(Empty()) == hash(Empty())


def test_what_may_change_has_no_hash() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Changing(1))


def test_without_eq_a_value_is_equal_to_itself_alone() -> None:
    one = Itself(1)
    assert one == one
    assert one != Itself(1)
    assert len({one, Itself(1)}) == 2


def test_a_value_is_shown_as_the_standard_library_shows_it() -> None:
    assert repr(Point(1, 2, "a")) == repr(Standard(1, 2, "a")).replace("Standard", "Point")


def test_a_value_can_be_replaced_in_part() -> None:
    assert replace(Point(1, 2), y=3) == Point(1, 3)


@dataclass(frozen=True, slots=True)
class Listed:
    items: list[int] = field(default_factory=list)
    name: str = "a"


@dataclass(frozen=True, slots=True)
class Longer(Alone):
    y: int = 2


def test_each_value_has_a_default_of_its_own() -> None:
    one = Listed()
    one.items.append(1)
    assert Listed() == Listed([], "a") != one


def test_fields_are_inherited() -> None:
    assert Longer(1) == Longer(x=1, y=2) != Longer(1, 3)
    assert {Longer(1), Longer(1)} == {Longer(1)}


def test_fields_can_be_asked_for() -> None:
    assert [(one.name, one.default) for one in dataclasses.fields(Point)] == [
        (one.name, one.default) for one in dataclasses.fields(Standard)
    ]
    assert dataclasses.is_dataclass(Listed)


def test_what_is_missing_or_too_much_is_refused() -> None:
    with pytest.raises(TypeError):
        Point()  # type: ignore[call-arg]  # that is the claim
    with pytest.raises(TypeError):
        Point(1, z=2)  # type: ignore[call-arg]  # that is the claim


def test_there_are_slots() -> None:
    assert not hasattr(Point(1), "__dict__")


def test_values_match_by_position() -> None:
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)
