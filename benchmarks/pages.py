"""SQL statements and CPU time of the pages of the product's bar: python benchmarks/pages.py [--grow N] [--runs 50]

Reads the database that DATABASE_URL names, filled with `manage.py demo --projects N`. Each page is asked for in
this process, through every middleware, by somebody of the demo who may see it; the figure is the median CPU time
(user and system) of 50 requests after a warm-up, the test client's own share (about 0.4 ms) included.

`--grow N` copies rows until there are N entries, results, places and sheets, straight in the tables: pages are what
is measured, not the services. Use it on a throw-away database only.
"""

import argparse
import os
import statistics
import sys
import time
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DEMO", "1")

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from accounts.models import User
from contests.models import Heat, Notice, NoticeLine
from judging.models import Assignment, Mark, Place, Ranking, ScoreSheet
from projects.models import Entry, Participation

BATCH = 2000
STEPS = ("project", "team", "documents", "check")


class Statements:
    """Counts statements while it wraps a request."""

    def __init__(self):
        self.count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += 1
        return execute(sql, params, many, context)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def measure(ask, runs: int) -> tuple[int, float, int]:
    """(statements, median CPU milliseconds, status) of a request."""
    for _ in range(5):
        answer = ask()
    times = []
    for _ in range(runs):
        start = time.process_time()
        answer = ask()
        if hasattr(answer, "streaming") and answer.streaming:
            b"".join(answer.streaming_content)
        times.append((time.process_time() - start) * 1000)
    counted = Statements()
    with connection.execute_wrapper(counted):
        answer = ask()
    return counted.count, statistics.median(times), answer.status_code


def pages() -> list[tuple[str, object]]:
    """Every page of the bar with the request that asks for it."""
    visitor = Client()
    province = signed_in(User.objects.get(username="demo-province"))
    notice = Notice.objects.annotate(n=Count("lines")).order_by("-n").first()
    season = notice.season
    public = reverse("contests:season", args=[season.contest.slug, season.year])
    tag = visitor.get(public).headers.get("ETag", "")
    ranking = Ranking.objects.annotate(n=Count("places")).order_by("-n").first()
    seated = Heat.objects.annotate(n=Count("invitations")).order_by("-n").first()
    sheet = (
        ScoreSheet.objects.filter(assignment__participation__heat__state="open", state="draft")
        .select_related("assignment__judge__person__user")
        .first()
    )
    found = [
        ("public contest page", lambda: visitor.get(public)),
        ("… again, 304", lambda: visitor.get(public, headers={"if-none-match": tag})),
        ("public results list", lambda: visitor.get(reverse("contests:notice", args=[notice.pk]))),
        ("organiser's list, 50 rows", lambda: province.get(reverse("projects:list"))),
        ("… one season", lambda: province.get(f"{reverse('projects:list')}?season={season.pk}")),
        ("… one city and state", lambda: province.get(f"{reverse('projects:list')}?city=370200&state=qualified")),
        ("ranking page, 50 rows", lambda: province.get(reverse("judging:ranking", args=[ranking.pk]))),
        ("ranking to .xlsx", lambda: province.get(reverse("judging:ranking_xlsx", args=[ranking.pk]))),
        ("conflicts of a judge, 20 rows", lambda: province.get(reverse("judging:conflicts", args=[seated.pk]))),
        ("year page", lambda: province.get(reverse("insights:year"))),
        ("organiser's home", lambda: province.get(reverse("home"))),
    ]
    found += of_a_contestant()
    if sheet:
        judge = signed_in(sheet.assignment.judge.person.user)
        address = reverse("judging:sheet", args=[sheet.pk])
        found.append(("judge's sheet", lambda: judge.get(address)))
        found.append(("save a score", saving(judge, sheet)))
    return found


def of_a_contestant() -> list[tuple[str, object]]:
    """Pages of somebody with a draft, and of somebody whose entry has been decided on."""
    draft = Entry.objects.filter(state="draft", season__state="running").select_related("project__owner").last()
    sent = Entry.objects.filter(state="qualified").select_related("project__owner").last()
    found = []
    if draft:
        leader = signed_in(draft.project.owner)
        addresses = {"home": reverse("home"), "draft": reverse("projects:entry", args=[draft.pk])}
        addresses |= {f"step “{one}”": reverse("projects:form", args=[draft.pk, one]) for one in STEPS}
        found += [(f"contestant: {name}", partial(leader.get, address)) for name, address in addresses.items()]
    if sent:
        leader, address = signed_in(sent.project.owner), reverse("projects:entry", args=[sent.pk])
        found.append(("contestant: entry", lambda: leader.get(address)))
    return found


def saving(judge, sheet):
    """A save that changes one mark each time, with the version it saw."""
    criterion = sheet.assignment.participation.heat.rubric.criteria.first()
    state = {"turn": 0}

    def save():
        state["turn"] += 1
        version = ScoreSheet.objects.values_list("version", flat=True).get(pk=sheet.pk)
        mark = criterion.step * (10 + state["turn"] % 2)
        body = {"version": version, "marks": {criterion.key: str(mark)}}
        return judge.post(
            reverse("judging:save_sheet", args=[sheet.pk]),
            body,
            content_type="application/json",
            headers={"accept": "application/json"},
        )

    return save


def grow(size: int) -> None:
    """Copies of entries, results, places and sheets, up to `size` of each."""
    _copy_entries(size)
    _copy_lines(size)
    _copy_places(size)


def _copy_entries(size: int) -> None:
    samples = list(Entry.objects.filter(submitted_at__isnull=False).select_related("project")[:200])
    have = Entry.objects.count()
    for start in range(have, size, BATCH):
        projects, entries = [], []
        for number in range(start, min(start + BATCH, size)):
            entry = samples[number % len(samples)]
            project = entry.project
            project.pk = None
            projects.append(
                type(project)(
                    **{f.attname: getattr(project, f.attname) for f in project._meta.concrete_fields if f.name != "id"}
                )
            )
            copy = Entry(
                **{f.attname: getattr(entry, f.attname) for f in Entry._meta.concrete_fields if f.name != "id"}
            )
            copy.number, copy.identity_key = f"GROW-{number:06d}", f"grow{number}"
            entries.append(copy)
        made = type(projects[0]).objects.bulk_create(projects)
        for entry, project in zip(entries, made, strict=True):
            entry.project = project
        Entry.objects.bulk_create(entries)


def _copy_lines(size: int) -> None:
    notice = Notice.objects.annotate(n=Count("lines")).order_by("-n").first()
    lines = list(notice.lines.all())
    NoticeLine.objects.bulk_create(
        (
            NoticeLine(
                **{
                    f.attname: getattr(line, f.attname)
                    for f in NoticeLine._meta.concrete_fields
                    if f.name not in ("id", "order")
                },
                order=order,
            )
            for order in range(len(lines) + 1, size + 1)
            for line in [lines[order % len(lines)]]
        ),
        batch_size=BATCH,
    )


def _copy_places(size: int) -> None:
    ranking = Ranking.objects.annotate(n=Count("places")).order_by("-n").first()
    places = list(ranking.places.select_related("participation"))
    free = Entry.objects.exclude(participations__heat=ranking.heat).values_list("pk", flat=True)
    free = list(free[: max(size - len(places), 0)])
    people = Participation.objects.bulk_create(
        [Participation(heat_id=ranking.heat_id, track_id=ranking.track_id, entry_id=pk, order=9) for pk in free],
        batch_size=BATCH,
    )
    Place.objects.bulk_create(
        (
            Place(ranking=ranking, participation=one, order=order, rank=order, tied=False, total=sample.total,
                  outcome=sample.outcome, steps=sample.steps)
            for order, one in enumerate(people, start=len(places) + 1)
            for sample in [places[order % len(places)]]
        ),
        batch_size=BATCH,
    )  # fmt: skip
    _copy_sheets(people)


def _copy_sheets(people: list[Participation]) -> None:
    """Five sheets each in the locked heat, so that the tables of judging have the size they would have."""
    judges = list(Assignment.objects.order_by("judge").values_list("judge", flat=True).distinct()[:50])
    criteria = list(Mark.objects.order_by("criterion").values_list("criterion", flat=True).distinct()[:4])
    for start in range(0, len(people), BATCH):
        rows = [
            Assignment(judge_id=judges[(place + shift) % len(judges)], participation=one, source="import")
            for place, one in enumerate(people[start : start + BATCH])
            for shift in range(5)
        ]
        made = Assignment.objects.bulk_create(rows, batch_size=BATCH)
        sheets = ScoreSheet.objects.bulk_create(
            [ScoreSheet(assignment=one, state="submitted") for one in made], batch_size=BATCH
        )
        Mark.objects.bulk_create(
            (Mark(sheet=sheet, criterion_id=criterion, value=10) for sheet in sheets for criterion in criteria),
            batch_size=BATCH,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--grow", type=int, default=0)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--without", default=None, help="leave out pages whose name holds this word")
    options = parser.parse_args()
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)
    settings.ALLOWED_HOSTS = ["*"]
    if options.grow:
        grow(options.grow)
    print(f"{connection.vendor}, {Entry.objects.count()} entries, {Mark.objects.count()} marks")
    print(f"{'page':<28}{'SQL':>5}{'CPU ms':>9}{'status':>8}")
    for name, ask in pages():
        if options.without and options.without in name:
            continue
        statements, cpu, status = measure(ask, 5 if "xlsx" in name else options.runs)
        print(f"{name:<28}{statements:>5}{cpu:>9.1f}{status:>8}")


if __name__ == "__main__":
    main()
