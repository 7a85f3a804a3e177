"""The assignment by fit: solved with the drawn seed, looked at as a plan, then accepted.

1. The seed is drawn first (`services.draws.draw_seed`); a plan is made from the rules and people of its moment. Whoever
   changes a rule makes a new plan with the same seed; every plan stays on record with its rules.
2. A plan that can be is only a preview: moves by hand are checked by the rules that the solver keeps.
3. Accepting it checks once more who may judge what, then makes assignments and empty sheets in one act.
"""

from datetime import datetime
from importlib.metadata import version

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import Heat
from core import audit, jobs
from core.models import Job
from core.problems import Refused
from judging import assignment, planning
from judging.conflicts import excluded
from judging.masking import Names
from judging.models import Draw, Plan
from judging.planning import Facts, Keeper, Rules
from judging.queries.facts import reasons
from judging.queries.fit import Known, competing, known, ready
from judging.queries.plan import first_sentence, seconds_for_prices
from judging.ranking import digest
from judging.services.draws import assign, set_aside
from judging.services.heats import _locked_in_preparation
from judging.states import PLAN_MOVES, AssignmentSource, DrawPurpose, PlanState

JOB, PRICES, PAIR = "judging.plan", "judging.plan_prices", "judging.plan_pair"
LIBRARIES = ("highspy", "ortools", "scipy", "numpy", "jieba")
LARGE = 3_000
SECONDS = 60.0
PAIR_SECONDS = 600.0


def _move(plan: Plan, to: PlanState, **facts) -> Plan:
    if to not in PLAN_MOVES[plan.state]:
        raise Refused(
            _("“%(plan)s” is “%(state)s”. Reload the page to see where it stands.")
            % {"plan": plan, "state": plan.get_state_display()}
        )
    plan.state = to
    for name, value in facts.items():
        setattr(plan, name, value)
    plan.save(update_fields=["state", *facts])
    return plan


def drawn_for(heat: Heat, purpose: str = DrawPurpose.FIT) -> Draw:
    draw = heat.draws.filter(purpose=purpose, drawn_at__isnull=False).first()
    if draw is None:
        raise Refused(_("The seed is not drawn yet. Publish the check code and draw with a witness first."))
    return draw


@transaction.atomic
def make_plan(heat: Heat, *, by, at: datetime | None = None, wait: bool = False) -> Plan:
    """A new plan under today's rules; one made before is set aside.

    A large one is computed in the background, unless the caller says to `wait`.
    """
    heat = _locked_in_preparation(heat)
    plan = begin_plan(drawn_for(heat), rules=Rules.of(heat.stage).to_data(), by=by, at=at or timezone.now())
    if not wait and competing(heat).count() * len(ready(heat)) > LARGE:
        return in_background(plan, JOB, _("Assign judges: %(heat)s") % {"heat": heat}, by=by)
    return solve_plan(plan, by=by)


def begin_plan(draw: Draw, *, rules: dict, by, at: datetime) -> Plan:
    """A plan that waits for its answer, in place of all before. The caller holds the heat."""
    if draw.plans.filter(state=PlanState.ACCEPTED).exists():
        raise Refused(_("A plan is accepted already. Replace single judges instead."))
    for one in draw.plans.exclude(state=PlanState.DROPPED).select_for_update():
        _move(one, PlanState.DROPPED)
    plan = Plan.objects.create(draw=draw, number=draw.plans.count() + 1, rules=rules, made_at=at, by=by)
    audit.record(plan, "plan.make", by=by, after={"number": plan.number, "rules": plan.rules}, at=at)
    return plan


def in_background(plan: Plan, kind: str, title: str, *, by) -> Plan:
    plan.job = jobs.start(kind, title=title, by=by, params={"plan": plan.pk})
    plan.save(update_fields=["job"])
    return plan


def gathered(plan: Plan, *, texts: bool = True) -> Known:
    """Those who compete and the judges who are to be assigned: all that are ready, without the reserve."""
    draw = plan.draw
    names, heat = Names(draw.mask), draw.heat
    aside = set(set_aside(heat, draw.record["standby"]))
    return known(heat, names, {seat: judge for seat, judge in ready(heat).items() if names.judge(seat) not in aside},
                 texts=texts)  # fmt: skip


def seed_of(draw: Draw) -> str:
    return f"{draw.secret}:{draw.witness}"


def solve_plan(plan: Plan, *, by, seconds: float = SECONDS) -> Plan:
    """Compute the plan. No transaction is held meanwhile; one that was set aside in the meantime stays so."""
    rules, seed = Rules.from_data(plan.rules), seed_of(plan.draw)
    data = planning.problem_of(gathered(plan).facts, rules)
    answer = assignment.solve(planning.as_problem(data, seed=seed), seconds=seconds)
    if answer.status == assignment.UNKNOWN:
        raise Refused(
            _("No assignment was found in %(seconds)s seconds, nor a proof that there is none. Loosen a rule.")
            % {"seconds": round(seconds)}
        )
    return keep_answer(plan, data, planning.solved(answer), problem_digest=digest(data), by=by)


def keep_answer(plan: Plan, data: dict, told: dict, *, problem_digest: str, by) -> Plan:
    """What was solved and what came out, with their check codes."""
    versions = {name: version(name) for name in LIBRARIES}
    with transaction.atomic():
        plan = Plan.objects.select_for_update(of=("self",)).select_related("draw__heat__stage").get(pk=plan.pk)
        if plan.state != PlanState.SOLVING:
            return plan
        found = PlanState.READY if told["pairs"] else PlanState.IMPOSSIBLE
        facts = {
            "problem": planning.packed(data),
            "problem_digest": problem_digest,
            "answer": told,
            "versions": versions,
        }
        plan = _move(plan, found, **facts, digest=plan_digest(plan, told, problem_digest, versions))
        told_by = {"status": told["status"], "proven": told["proven"], "digest": plan.digest}
        audit.record(plan, "plan.solve", by=by, after=told_by)
    return plan


def plan_digest(plan: Plan, answer: dict, problem_digest: str, versions: dict) -> str:
    """One check code over rules, problem and answer."""
    return digest({"rules": plan.rules, "problem": problem_digest, "answer": answer, "versions": versions})


def pairs_of(plan: Plan) -> list[tuple[str, str]]:
    """The pairs as they stand, moves by hand included."""
    pairs = {(entry, judge) for entry, judge in plan.answer["pairs"]}
    for one in plan.changes:
        pairs = pairs - {tuple(pair) for pair in one["out"]} | {tuple(pair) for pair in one["in"]}
    return sorted(pairs)


@transaction.atomic
def move_pair(
    plan: Plan, *, entry: str, out: str, judge: str, reason: str, by, other: str = "", at: datetime | None = None
) -> Plan:
    """Put another judge on an entry of the plan, if every rule still holds. Names are those of the record.

    With `other` the judge gives that entry to the one who leaves: an exchange.
    """
    at = at or timezone.now()
    _locked_in_preparation(plan.draw.heat)
    plan = Plan.objects.select_for_update(of=("self",)).select_related("draw__heat__stage__season").get(pk=plan.pk)
    if plan.state != PlanState.READY:
        raise Refused(_("Only a plan that is up for review can be changed."))
    if not reason.strip():
        raise Refused(_("Say why this judge is put in."), field="reason")
    pairs, gone = set(pairs_of(plan)), [(entry, out)] + ([(other, judge)] if other else [])
    added = [(entry, judge)] + ([(other, out)] if other else [])
    if not set(gone) <= pairs or set(added) & pairs:
        raise Refused(_("The plan has changed since. Reload the page and choose again."))
    keeper = Keeper(planning.unpacked(plan.problem))
    made = pairs - set(gone) | set(added)
    broken = keeper.breaks(made, only=frozenset({entry, out, judge, *([other] if other else [])}))
    if broken:
        raise Refused(first_sentence(plan, broken[0]), field="judge")
    change = {"in": added, "out": gone, "reason": reason.strip()[:160], "by": str(by), "at": at.isoformat()}
    plan.changes = [*plan.changes, change]
    plan.save(update_fields=["changes"])
    audit.record(plan, "plan.move", by=by, reason=reason.strip(), after={"in": added, "out": gone}, at=at)
    return plan


@transaction.atomic
def accept_plan(plan: Plan, *, by, at: datetime | None = None) -> Plan:
    """Make the plan's pairs assignments with empty sheets. What changed since it was made is checked first."""
    at = at or timezone.now()
    heat = _locked_in_preparation(plan.draw.heat)
    plan = Plan.objects.select_for_update(of=("self",)).select_related("draw__heat__stage__season").get(pk=plan.pk)
    draw, names = plan.draw, Names(plan.draw.mask)
    entries = {names.entry(number): (pk, entry) for pk, entry, number in competing(heat).values_list(
        "pk", "entry_id", "entry__number")}  # fmt: skip
    judges = {names.judge(seat): judge for seat, judge in ready(heat).items()}
    pairs = pairs_of(plan) if plan.state == PlanState.READY else []
    apart = excluded(reasons(heat, judges.values()))
    stale = {entry for entry, _judge in pairs} != set(entries) or Rules.of(heat.stage).to_data() != plan.rules
    stale = stale or any(
        judge not in judges or judges[judge] in apart.get(entries[entry][1], ()) for entry, judge in pairs
        if entry in entries
    )  # fmt: skip
    if pairs and stale:
        raise Refused(
            _("Entries, judges, rules or conflicts have changed since this plan was made. Make a new plan first.")
        )
    _move(plan, PlanState.ACCEPTED, accepted_at=at)
    by_hand = {
        (judges[judge], entries[entry][0]): one["reason"]
        for one in plan.changes
        for entry, judge in one["in"]
        if (entry, judge) in set(pairs)
    }
    assign(
        draw, [(judges[judge], entries[entry][0]) for entry, judge in pairs],
        source=AssignmentSource.SOLVER, reasons=by_hand,
    )  # fmt: skip
    audit.record(plan, "plan.accept", by=by, after={"sheets": len(pairs), "digest": plan.digest}, at=at)
    return plan


def price_rules(plan: Plan, *, by, told=lambda done, total: None) -> Plan:
    """What the plan would gain without each of its rules, by solving it again without that rule.

    Asked again, what is proven stays and the rest is worked at longer.
    """
    rules, seed = Rules.from_data(plan.rules), seed_of(plan.draw)
    facts, seconds = gathered(plan).facts, seconds_for_prices(plan)
    settled = {one["rule"]: one for one in plan.prices if one["proven"]}
    names, prices = rules.active, []
    for done, name in enumerate(names):
        told(done, len(names))
        prices.append(settled.get(name) or _price(facts, rules, name, seed=seed, seconds=seconds))
    told(len(names), len(names))
    with transaction.atomic():
        plan = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
        plan.prices = prices
        plan.save(update_fields=["prices"])
        audit.record(plan, "plan.price", by=by, after={"rules": names})
    return plan


def _price(facts: Facts, rules: Rules, name: str, *, seed: str, seconds: int) -> dict:
    problem = planning.as_problem(planning.problem_of(facts, rules.without(name)), seed=seed)
    made = planning.solved(assignment.solve(problem, seconds=seconds))
    told = {key: made.get(key) for key in ("status", "proven", "sum", "minimum")}
    return {"rule": name, **told, "seconds": seconds}


@transaction.atomic
def ask_prices(plan: Plan, *, by) -> None:
    """Have the price of each rule computed in the background."""
    if plan.state not in {PlanState.READY, PlanState.IMPOSSIBLE}:
        raise Refused(_("Only a plan that is up for review has prices."))
    in_background(plan, PRICES, _("Price of each rule: %(heat)s") % {"heat": plan.draw.heat}, by=by)


def best_with(plan: Plan, *, entry: str, judge: str, seconds: float = PAIR_SECONDS) -> dict:
    """The best answer to the plan's problem that holds this pair, or why there is none. Nothing is written."""
    problem = planning.as_problem(planning.unpacked(plan.problem), seed=seed_of(plan.draw))
    return planning.solved(assignment.solve(assignment.with_pair(problem, entry, judge), seconds=seconds))


def ask_pair(plan: Plan, *, entry: str, judge: str, by) -> Job:
    """Have it computed in the background what the best plan with this pair would be."""
    title = _("Why not another judge: %(heat)s") % {"heat": plan.draw.heat}
    return jobs.start(PAIR, title=title, by=by, params={"plan": plan.pk, "entry": entry, "judge": judge})


def is_large(plan: Plan) -> bool:
    """Whether solving it takes longer than a page may."""
    data = planning.unpacked(plan.problem)
    return len(data["entries"]) * len(data["judges"]) > LARGE
