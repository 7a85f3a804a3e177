"""The assignment by fit through the product: python benchmarks/plan.py

On a filled demo, in a transaction that is taken back: all entries that were ever submitted, all judges of the library,
five judges for each entry, one investor and one technical judge at least, the city kept apart. Seconds for facts and
texts, for solving and storing the plan, and for checking again and writing assignments with their sheets.
"""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from contests.models import Heat, Stage
from judging import services
from judging.fit import UNIT
from judging.models import Invitation, Judge, Plan
from judging.planning import Rules
from judging.services.plans import gathered
from projects.models import Entry, Participation

TYPES = [{"type": "investor", "least": 1}, {"type": "technical", "least": 1}]


def heat_of_all(by: User) -> Heat:
    """A heat of everybody, with its seed drawn."""
    stage = Stage.objects.filter(kind="online").first()
    stage.judges_per_entry, stage.assignment = 5, {"by": "fit", "load_max": 60, "types": TYPES}
    stage.save()
    heat = Heat.objects.create(
        stage=stage, name="benchmark", rubric_id=stage.rubric_id, scoring_rule_id=stage.scoring_rule_id
    )
    Entry.objects.filter(number__isnull=False).update(state="qualified")
    entries = Entry.objects.filter(number__isnull=False, track__isnull=False).values_list("pk", "track_id")
    Participation.objects.bulk_create(Participation(heat=heat, entry_id=pk, track_id=track) for pk, track in entries)
    now = timezone.now()
    Invitation.objects.bulk_create(
        Invitation(heat=heat, judge=judge, seat=seat, state="accepted", sent_at=now, pledged_name="—", pledged_at=now)
        for seat, judge in enumerate(Judge.objects.filter(active=True), 1)
    )
    draw = services.commit_draw(heat, purpose="fit", by=by)
    services.draw_seed(draw, witness="081726", witness_name="benchmark", by=by)
    print(f"{heat.participations.count()} entries, {heat.invitations.count()} judges")
    return heat


def told(name: str, call):
    begun = time.perf_counter()
    found = call()
    print(f"{name:<36}{time.perf_counter() - begun:>8.2f} s")
    return found


def main() -> None:
    with transaction.atomic():
        by = User.objects.get(demo_role="administrator")
        heat = heat_of_all(by)
        plan = Plan(draw=heat.draws.get(), rules=Rules.of(heat.stage).to_data())
        told("facts and texts, the first time", lambda: gathered(plan))
        plan = told("facts again, solve, store", lambda: services.make_plan(heat, by=by, wait=True))
        print(
            f"{plan.answer['status']}, proven: {plan.answer['proven']}, {len(plan.answer['pairs'])} pairs, "
            f"minimum {plan.answer['minimum'] / UNIT:.4f} of at most {plan.answer['bound'] / UNIT:.4f}"
        )
        told("check again, write sheets", lambda: services.accept_plan(plan, by=by))
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
