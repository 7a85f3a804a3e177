"""How long a workbook of entries takes: `python benchmarks/offline.py [--rows 200]`.

Runs against the database of the environment, which holds the demo with a season that is open for entry. Projects of
the story fill the season's own template; each brings every required document as a PDF. The dry run and the real run
are those of the job, each in a process of its own, so that its peak memory is its own. The real run writes.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
import zipfile
from io import BytesIO
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone, translation
from openpyxl import load_workbook

from accounts.models import User
from contests.models import Season
from core.models import Job
from projects.batches import CHECK, ENTER, offline_upload, run_check, run_enter
from projects.imports.entries import ENTRIES, PEOPLE
from projects.queries.offline import SeasonForm
from projects.workbooks.entries import template
from seeds import seasonfile
from seeds.demo.papers import paper
from seeds.story.decks import deck
from seeds.story.projects import project as tell

KEY = "benchmark"
FIRST_STORY = 50_000


def stories(key: str, rows: int):
    """Projects that no demo of the usual size has told, with a track for teams."""
    index, found = FIRST_STORY, []
    while len(found) < rows:
        told = tell(index, season=key)
        index += 1
        if told.members:
            found.append(told)
    return found


def value_of(column, told, tracks, unit):
    """What somebody would type into a cell."""
    if column.key == "track":
        return tracks[told.track].name
    if column.key == "unit":
        return unit.name
    prefix, dot, name = column.key.partition(".")
    if dot and prefix != "leader":
        return None
    raw = getattr(told.leader.person, name, None) if dot else told.columns().get(column.key)
    if raw in (None, "", []) or column.key in ("row", "note"):
        return None
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if column.choices:
        labels = {str(getattr(one, "code", one)): label for label, one in column.choices.items()}
        return "、".join(labels[str(one)] for one in (raw if isinstance(raw, list | tuple) else [raw]))
    return raw


def prepare(season: Season, user: User, rows: int) -> tuple[int, int]:
    """The workbook and its zip, where a job looks for them; their sizes."""
    key = next(
        one["key"]
        for data in seasonfile.contest_files()
        for one in data["seasons"]
        if data["contest"]["slug"] == season.contest.slug and one["year"] == season.year
    )
    form, told = SeasonForm(season, user), stories(key, rows)
    tracks = {one.code: one for one in form.tracks}
    book = load_workbook(BytesIO(template(form)))
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        people = 3
        for number, one in enumerate(told, 1):
            unit = form.units[number % len(form.units)]
            for place, column in _places(book[ENTRIES], form.columns):
                value = str(number) if column.key == "row" else value_of(column, one, tracks, unit)
                book[ENTRIES].cell(number + 2, place, value)
            for member in one.members[1:]:
                facts = {
                    "row": str(number),
                    "kind": "顾问" if member.kind == "adviser" else "成员",
                    "work": member.work,
                }
                facts |= {name: getattr(member.person, name) for name in ("name", "id_number", "phone", "school")}
                for place, column in _places(book[PEOPLE], form.member_columns):
                    book[PEOPLE].cell(people, place, facts.get(column.key) or None)
                people += 1
            for requirement in form.requirements:
                if requirement.required and requirement.track_id in (None, tracks[one.track].pk):
                    made = deck(one) if requirement.kind == "deck" else paper(requirement.kind)
                    archive.writestr(f"{number}_{requirement.label}.pdf", made)
    out = BytesIO()
    book.save(out)
    for ending, content in (("xlsx", out.getvalue()), ("zip", packed.getvalue())):
        default_storage.delete(offline_upload(KEY, ending))
        default_storage.save(offline_upload(KEY, ending), ContentFile(content))
    return len(out.getvalue()), len(packed.getvalue())


def _places(sheet, columns):
    heads = {str(cell.value).rstrip("*"): cell.column for cell in sheet[1] if cell.value}
    return [(heads[column.heading], column) for column in columns]


def run(kind: str, season: Season, user: User) -> None:
    params = {"season": season.pk, "key": KEY, "name": "b.xlsx", "zip": "b.zip", "submit": True, "language": "zh-hans"}
    job = Job.objects.create(kind=kind, title="benchmark", by=user, params=params)
    before = time.perf_counter()
    with translation.override("zh-hans"):
        result = (run_check if kind == CHECK else run_enter)(job)
    seconds = time.perf_counter() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report = job.params["report"]
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(one.ru_utime + one.ru_stime for one in used)
    print(f"{kind}: {seconds:.1f} s ({cpu:.1f} s of CPU with start-up), peak {peak:.0f} MB")
    print(f"  {len(report['rows'])} rows, {report['papers']} papers")
    print(f"  {result.message}")
    for one in job.failures[:5]:
        print(f"  {one['sheet']} {one['row']} {one['heading']}: {one['message']}")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=200)
    options.add_argument("--part", choices=["prepare", CHECK, ENTER])
    given = options.parse_args()
    season = Season.objects.open_for_entry(timezone.now()).select_related("contest").order_by("pk").first()
    user = User.objects.get(demo_role="province") if season else sys.exit("No season is open for entry.")
    if given.part == "prepare":
        before = time.perf_counter()
        sizes = prepare(season, user, given.rows)
        print(f"{season}: workbook {sizes[0] / 1024:.0f} kB, zip {sizes[1] / 1024 / 1024:.0f} MB,"
              f" made in {time.perf_counter() - before:.1f} s")  # fmt: skip
    elif given.part:
        run(given.part, season, user)
    else:
        for part in ("prepare", CHECK, ENTER):
            subprocess.run([sys.executable, __file__, "--rows", str(given.rows), "--part", part], check=True)


if __name__ == "__main__":
    main()
