"""Who has to know that a team or its company has changed. Rooms above register; projects never imports them.

A room's `apps.ready` loads the module that calls `follow`, as with `contests.impact`. Followers run once the change
holds, each by itself: what one can't do now its own periodic look does later, and the team's write stands.
"""

from collections.abc import Callable
from functools import partial

from django.db import transaction

_followers: list[Callable[[int], None]] = []


def follow(function: Callable[[int], None]) -> Callable[[int], None]:
    """Registers a function that is given the key of the project."""
    _followers.append(function)
    return function


def team_changed(project: int) -> None:
    for one in _followers:
        transaction.on_commit(partial(one, project), robust=True)
