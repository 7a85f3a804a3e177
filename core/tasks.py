"""What somebody should do next, as every room hands it to the home page."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Task:
    """One thing to do: a verb phrase, one line of why, the date, and one button.

    `tone` is `go` (in progress), `due` (amber: returned or nearly late) or `done` (good news to look at).
    `points` are what the task is made of, each with its name, a sentence and the address that leads there.
    Tasks are shown by `weight` (higher first), then by `due`.
    """

    title: str
    why: str
    url: str
    action: str
    due: datetime | None = None
    weight: int = 0
    tone: str = "go"
    points: tuple[tuple[str, str, str], ...] = ()
