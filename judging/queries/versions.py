"""What a correction changed: every place that moved between a version of a ranking and the one before."""

from django.utils.translation import gettext as _

from judging.models import Place, Ranking
from judging.moves import Move, Stand, moves
from judging.queries.rankings import light, outcome_labels, outcome_word
from projects.models import Entry
from projects.states import Outcome


def version_before(ranking: Ranking) -> Ranking | None:
    found = light().filter(heat=ranking.heat_id, track=ranking.track_id, version__lt=ranking.version)
    return found.order_by("-version").first() if ranking.version > 1 else None


def moved_places(ranking: Ranking) -> list[Move]:
    """Entries whose rank or outcome this version changed, by the rows of both versions; nothing for a first one."""
    before = version_before(ranking)
    return moves(_stands(before), _stands(ranking)) if before else []


def _stands(ranking: Ranking) -> dict[str, Stand]:
    labels = outcome_labels()
    rows = Place.objects.filter(ranking=ranking).values_list("rank", "outcome", "steps")
    return {
        steps["number"]: Stand(rank, steps["score"].get("total", ""), outcome, outcome_word(outcome, steps, labels))
        for rank, outcome, steps in rows
    }


def titles_of(found: list[Move]) -> dict[str, str]:
    numbers = [one.number for one in found]
    return dict(Entry.objects.filter(number__in=numbers).values_list("number", "title"))


def told_in_public(ranking: Ranking) -> list[str]:
    """The moves as a public notice may tell them: outcomes by number, never a rank or a total."""
    listed = {Outcome.AWARDED, Outcome.PROMOTED, Outcome.RESERVE}
    said = []
    for one in moved_places(ranking):
        words = [
            stand.word if stand and stand.outcome in listed else _("not on the list")
            for stand in (one.before, one.after)
        ]
        if words[0] != words[1]:
            said.append(_("%(number)s: %(before)s → %(after)s") % {
                "number": one.number, "before": words[0], "after": words[1],
            })  # fmt: skip
    return said
