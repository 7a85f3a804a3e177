"""What a condition may look at beside answers to questions: facts that the entry form asks for anyhow.

`{question: code, is: [values]}` looks at another answer, `{fact: key, is: [values]}` at a fact of the entry. Which
facts there are is told by the room that has the form (`projects.conditions`), as rooms register how they count; the
entry's track is always one, with the codes of the season's tracks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TRACK = "track"


@dataclass(frozen=True)
class Fact:
    """A fact by its key, and the values it may have with their words."""

    key: str
    title: Promise
    values: Callable[[], list[tuple[str, Any]]]


_facts: dict[str, Fact] = {TRACK: Fact(TRACK, _("Track"), list)}


def register(fact: Fact) -> None:
    """Adds a fact; the same key again takes the place of the one before."""
    _facts[fact.key] = fact


def known() -> dict[str, Fact]:
    return dict(_facts)


def values_of(fact: Fact, tracks: Mapping[str, str]) -> dict[str, str]:
    """The values with their words; those of the track are the season's own, by code."""
    return dict(tracks) if fact.key == TRACK else {str(value): str(label) for value, label in fact.values()}
