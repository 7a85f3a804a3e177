"""How the product says no: problems that a page lists, and refusals that stop a write."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied


@dataclass(frozen=True)
class Problem:
    """One reason why something may not go on, in words that say what to do next.

    `blocks` separates "not allowed" from "a person must look at it". `field` names the form field it
    concerns, `source` the phrase and place of the rule, `fact` what was found.
    """

    code: str
    message: str
    blocks: bool = True
    field: str = ""
    source: str = ""
    fact: str = ""


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A service says no. The message tells the reader what to do next; `field` is where to show it."""

    def __init__(self, message: str, *, field: str = "", code: str = "", problems: list[Problem] | None = None):
        super().__init__(message)
        self.message = str(message)
        self.field = field
        self.code = code
        self.problems = problems or []


def authorize(user, permission: str, obj=None) -> None:
    """Stop with 403 unless the user holds the permission on the object."""
    if not user.has_perm(permission, obj):
        raise PermissionDenied(permission)
