"""Who gets what answer from which address: one table per room, read by tests/house/test_access.py.

A row is written `"name": row(default, role=status, …, args=…)`:

    "entry": row(404, contestant=200, clerk=200, city=200, arguments=lambda world: [world.entry.pk])

The default holds for every role that the row doesn't name; a role without a right gets 404 where the object itself
is none of its business, 403 where the page is. Anonymous visitors are sent to sign in (302) unless the row says
otherwise. `posts=True` sends a form (`form=`, or an empty one) instead of reading the page: 302, 200 and 422 all mean
"let in" there and are written 200, since what a service says to that form is tested elsewhere.
"""

from collections.abc import Callable
from dataclasses import dataclass

ROLES = (
    "anonymous",
    "contestant",
    "clerk",
    "city",
    "other_city",
    "province",
    "other_province",
    "supervisor",
    "judge",
    "investor",
    "administrator",
)


@dataclass(frozen=True)
class Row:
    statuses: dict[str, int]
    arguments: Callable
    posts: bool
    form: Callable


def row(
    default: int, *, arguments=lambda world: [], posts: bool = False, form=lambda world: {}, **statuses: int
) -> Row:
    unknown = set(statuses) - set(ROLES)
    if unknown:
        raise ValueError(f"no such roles: {unknown}")
    everyone = dict.fromkeys(ROLES, default) | {"anonymous": 302} | statuses
    return Row(everyone, arguments, posts, form)


def public(**more) -> Row:
    """A page for anybody."""
    return row(200, anonymous=200, **more)
