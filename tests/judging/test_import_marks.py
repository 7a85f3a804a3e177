"""Files of marks: what is read, what is refused and where, and the figures that come out of the whole way."""

import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from contests.models import Contest, Heat, Season
from contests.states import HeatState, SeasonState
from core.models import AuditEntry
from core.problems import Refused
from judging import imports
from judging.models import Judge, Mark, Ranking, ScoreSheet
from judging.queries.imported import compare, frozen_scores, known_season
from judging.services import imported as services
from judging.states import SheetState
from projects.models import Entry
from tests import factories
from tests.judging.test_recount import recounted

REAL = Path(__file__).parents[2] / "seeds/data/isu-2017-components.csv"
HEADING = "competition,program,entry,nation,criterion,factor,J1,J2,J3,J4,panel_score,component_total"
# (7 + 8) / 2 = 7.50 × 2 = 15.00; (6.5 + 6.5) / 2 = 6.50 × 1 = 6.50.
SMALL = f"""{HEADING}
Cup,Free,Ann,CHN,Skill,2,6,7,8,9,7.5,21.5
Cup,Free,Ann,CHN,Style,1,6.5,6.5,6.5,6.5,6.5,21.5
Cup,Free,Bob,JPN,Skill,2,5,5,5,5,5,15
Cup,Free,Bob,JPN,Style,1,5,5,5,5,5,15
"""


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def read(text: str, **options):
    return imports.read(text.encode(options.get("encoding", "utf-8")), name="marks")


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(Refused) as refusal:
        read(text)
    return [(problem.row, problem.column) for problem in refusal.value.problems]


def changed(row: int, old: str, new: str) -> str:
    """The small file with one cell of one row changed; rows count as in a spreadsheet."""
    lines = SMALL.splitlines()
    assert old in lines[row - 1]
    lines[row - 1] = lines[row - 1].replace(old, new, 1)
    return "\n".join(lines)


# ---------------------------------------------------------------- reading


def test_a_small_file_is_read_whole():
    table = read(SMALL)
    panel = table.panels["Cup", "Free"]

    assert (table.rows, table.entries, table.marks, table.judges) == (4, 2, 16, ["J1", "J2", "J3", "J4"])
    assert [(one.name, one.weight, one.maximum, one.step) for one in panel.criteria.values()] == [
        ("Skill", 2, 10, 1),
        ("Style", 1, 10, Decimal("0.5")),
    ]
    assert panel.entries["Ann", "CHN"].panel == {"Skill": Decimal("7.5"), "Style": Decimal("6.5")}
    assert panel.entries["Ann", "CHN"].total == Decimal("21.5")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_give_the_same_marks(encoding):
    text = SMALL.replace("Cup", "山东杯").replace("Ann", "李安")

    table = imports.read(text.replace("\n", "\r\n").encode(encoding), name="other name")

    assert table.competitions == ["山东杯"]
    assert table.digest == read(text).digest


def test_chinese_headings_semicolons_and_full_width_digits():
    text = "赛事;赛道;参赛项目;评分项;权重;评委1;评委2\n杯赛;先进制造;海藻膜;创新;１.５;８.５;7\n"

    panel = read(text).panels["杯赛", "先进制造"]

    assert panel.criteria["创新"].weight == Decimal("1.5")
    assert panel.entries["海藻膜", ""].marks == {"创新": (Decimal("8.5"), Decimal(7))}


def test_judges_known_by_name():
    table = read("competition,program,entry,criterion,factor,张三,李四\nCup,Free,Ann,Skill,1,7,8\n")

    assert (table.judges, table.seats, table.ignored) == (["张三", "李四"], [1, 2], [])


def test_columns_that_mean_nothing_are_named():
    table = read("competition,program,entry,criterion,factor,J1,bib\nCup,Free,Ann,Skill,1,7,12\n")

    assert table.ignored == ["bib"]


def test_zero_and_empty_mean_not_marked():
    panel = read(changed(2, "6,7,8,9", "0,,0.00,9")).panels["Cup", "Free"]

    assert panel.entries["Ann", "CHN"].marks["Skill"] == (None, None, None, Decimal(9))


def test_scale_and_step_may_be_written():
    text = "competition,program,entry,criterion,factor,maximum,step,J1\nCup,Free,Ann,Skill,1,30,0.5,26.5\n"

    criterion = read(text).panels["Cup", "Free"].criteria["Skill"]

    assert (criterion.maximum, criterion.step) == (30, Decimal("0.5"))


# ---------------------------------------------------------------- refusals, by row and column


@pytest.mark.parametrize(
    ("row", "old", "new", "where"),
    [
        (2, "6,7,8,9", "6,x,8,9", [(2, "J2")]),
        (2, "6,7,8,9", "6,7,-8,9", [(2, "J3")]),
        (2, "6,7,8,9", "6,7,8,9.125", [(2, "J4")]),
        (2, "6,7,8,9", "6,7,8,1e1", [(2, "J4")]),
        (2, "6,7,8,9", "6,7,8,99999", [(2, "J4")]),
        (2, "Ann", "", [(2, "entry")]),
        (3, ",1,", ",0,", [(3, "factor")]),
        (3, ",1,", ",,", [(3, "factor")]),
        (3, ",1,", ",100,", [(3, "factor")]),
        (5, ",1,", ",1.5,", [(5, "factor")]),
        (5, "Style", "Skill", [(5, "factor"), (5, "criterion")]),
        (3, "21.5", "21.6", [(3, "component_total")]),
        (3, "6.5,21.5", "good,21.5", [(3, "panel_score")]),
        (4, "Bob", "B" * 81, [(4, "entry")]),
        (4, "Bob", "Bo\x07b", [(4, "entry")]),
        (4, "JPN", "JPN,extra", [(4, "")]),
        (1, "factor", "fctr", [(1, "factor")]),
        (1, "J2", "J1", [(1, "J1")]),
        (1, "nation", "entry", [(1, "entry")]),
    ],
)
def test_wrong_places_are_named(row, old, new, where):
    found = problems(changed(row, old, new))

    assert sorted(found) == sorted(where)


def test_every_wrong_place_is_listed_at_once():
    text = changed(2, "6,7,8,9", "6,x,8,y").replace("Bob,JPN,Style,1", "Bob,JPN,Style,-1")

    assert problems(text) == [(2, "J2"), (2, "J4"), (5, "factor")]


def test_a_missing_criterion_is_named_at_its_entry():
    assert problems(SMALL.replace("Cup,Free,Bob,JPN,Style,1,5,5,5,5,5,15\n", "")) == [(4, "criterion")]


def test_a_mark_far_outside_the_scale_of_the_others():
    rows = "".join(f"Cup,Free,E{n},,Skill,1,7,8,9,9,,\n" for n in range(12))

    assert problems(f"{HEADING}\n{rows}Cup,Free,Last,,Skill,1,7,8,9,85,,\n") == [(14, "J4")]


def test_without_a_written_scale_nothing_goes_beyond_a_hundred():
    assert problems(f"{HEADING}\nCup,Free,Ann,,Skill,1,85,90,120,130,,\n") == [(2, "J3"), (2, "J4")]


def test_a_mark_beyond_the_written_scale():
    text = "competition,program,entry,criterion,factor,maximum,step,J1,J2\nCup,Free,Ann,Skill,1,30,0.5,30.5,26.25\n"

    assert problems(text) == [(2, "J1"), (2, "J2")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        HEADING.encode(),
        b"PK\x03\x04 a workbook",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old workbook",
        b"\x00\x01\x02\xff\xfe\xfd",
        HEADING.encode() + b'\nCup,Free,"Ann,CHN,Skill,1,6,7,8,9,,\n',
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(data):
    with pytest.raises(Refused) as refusal:
        imports.read(data, name="marks")

    assert refusal.value.field == "file"
    assert refusal.value.problems


def test_no_more_than_the_first_wrong_places_are_listed():
    rows = "".join(f"Cup,Free,E{n},,Skill,1,x,x,x,x,,\n" for n in range(300))

    assert len(problems(f"{HEADING}\n{rows}")) == 200


# ---------------------------------------------------------------- the whole way


@pytest.fixture
def administrator(db):
    return factories.administrator()


def bring_in(text, by, **options):
    return services.import_marks(read(text), by=by, **options)


def test_marks_come_in_as_locked_and_ranked_sheets(administrator):
    season = bring_in(SMALL, administrator).season

    heat = Heat.objects.get(stage__season=season)
    assert (heat.name, heat.state, heat.stage.name) == ("Cup·Free", HeatState.LOCKED, "Cup")
    assert season.state == SeasonState.SETUP
    assert set(ScoreSheet.objects.values_list("state", flat=True)) == {SheetState.SUBMITTED}
    assert (ScoreSheet.objects.count(), Mark.objects.count(), Judge.objects.filter(active=False).count()) == (8, 16, 4)
    assert list(Ranking.objects.get().places.values_list("participation__entry__title", "rank", "total")) == [
        ("Ann", 1, Decimal("21.5")),
        ("Bob", 2, Decimal(15)),
    ]
    assert compare(season, read(SMALL)).is_equal
    assert AuditEntry.objects.filter(verb="season.import", actor=administrator).count() == 1


def test_imported_entries_count_nowhere(administrator):
    bring_in(SMALL, administrator)

    assert set(Entry.objects.values_list("submitted_at", "qualified_at")) == {(None, None)}
    assert not Contest.objects.held().exists()
    assert not Season.objects.public().exists()


def test_differences_are_found_in_the_frozen_ranking(administrator):
    wrong = read(SMALL.replace("7.5,21.5", "7.6,21.5").replace(",15\n", ",15.01\n"))

    found = compare(services.import_marks(wrong, by=administrator).season, wrong)

    assert str(found) == "panel scores: 3 of 4 equal; totals: 1 of 2 equal"
    assert [(one.entry.name, one.what, one.ours, one.official) for one in found.differences] == [
        ("Ann", "Skill", Decimal("7.5"), Decimal("7.6")),
        ("Bob", "", Decimal(15), Decimal("15.01")),
    ]


def test_the_same_marks_twice_are_one_import(administrator):
    first = bring_in(SMALL, administrator)
    again = services.import_marks(imports.read(b"\xef\xbb\xbf" + SMALL.encode(), name="renamed"), by=administrator)

    assert (first.new, again.new, again.season) == (True, False, first.season)
    assert Mark.objects.count() == 16
    assert known_season(read(SMALL), services.TRIM_FROM) == first.season


def test_another_rule_is_another_import(administrator):
    first, other = bring_in(SMALL, administrator), bring_in(SMALL, administrator, trim_from=5)

    assert other.season != first.season
    totals = {score["total"] for score in frozen_scores(other.season).values()}
    assert totals == {"21.50", "15.00"}


def test_gaps_and_absent_judges_are_not_zeros(administrator):
    text = f"""{HEADING}
Cup,Free,Ann,,Skill,1,8,0,6,9,,
Cup,Free,Ann,,Style,1,8,7,6,9,,
Cup,Free,Bob,,Skill,1,7,7,,0,,
Cup,Free,Bob,,Style,1,7,7,,,,
Cup,Free,Cat,,Skill,1,,,,,,
Cup,Free,Cat,,Style,1,,,,,,
"""
    season = bring_in(text, administrator).season

    scores = frozen_scores(season)
    means = [[row.get("mean") for row in score.get("criteria", [])] for _number, score in sorted(scores.items())]
    assert means[0] == ["8.00", "7.50"]  # 6 8 9 without 6 and 9; 6 7 8 9 without 6 and 9
    assert means[1] == ["7.00", "7.00"]  # two marks are left: nothing is dropped
    states = ScoreSheet.objects.order_by("pk").values_list("state", flat=True)
    assert list(states).count(SheetState.ABSENT) == 2 + 4
    assert Ranking.objects.get().places.filter(rank=None).get().participation.entry.title == "Cat"


def test_names_come_back_and_weights_differ_by_program(administrator):
    text = f"""{HEADING}
Cup,Short,Ann,,Skill,0.8,6,7,8,9,7.5,6
Cup,Free,Ann,,Skill,1.6,6,7,8,9,7.5,12
Trophy,Free,Ann,,Skill,1.6,9,9,9,9,9,14.4
Trophy,Free,Ann,XYZ,Skill,1.6,8,8,8,8,8,12.8
"""
    season = bring_in(text, administrator).season

    assert compare(season, read(text)).is_equal
    assert Entry.objects.filter(title="Ann").count() == 4
    assert (season.stages.count(), season.tracks.count(), season.rubrics.count()) == (2, 2, 2)


def test_whoever_imports_organises_what_it_made(db):
    own = factories.SeasonFactory()
    organiser = factories.province(own)

    season = bring_in(SMALL, organiser).season

    fresh = type(organiser).objects.get(pk=organiser.pk)
    assert fresh.has_perm("contests.organise_season", season)


def test_a_failure_half_way_leaves_nothing(administrator, monkeypatch):
    def fail(heat, **_):
        raise Refused("no")

    monkeypatch.setattr(services, "lock_heat", fail)
    with pytest.raises(Refused):
        bring_in(SMALL, administrator)

    assert not Season.objects.exists()
    assert not Mark.objects.exists()
    assert not Judge.objects.exists()


# ---------------------------------------------------------------- the command


def run(path, *options) -> list[str]:
    out = io.StringIO()
    call_command("import_marks", str(path), *options, stdout=out, stderr=io.StringIO())
    return out.getvalue().strip().splitlines()


@pytest.mark.django_db
def test_every_official_figure_of_the_real_file():
    lines = run(REAL, "--check-official")
    assert lines[0] == "3540 rows: 7 competitions, 64 programs, 708 entries, 31860 marks by up to 9 judges."
    assert run(REAL)[-1] == lines[-1] == "panel scores: 3540 of 3540 equal; totals: 708 of 708 equal"
    same = all(map(recounted, Ranking.objects.select_related("heat", "track")))
    assert (Season.objects.get().year, same) == (2017, True)


@pytest.mark.django_db
def test_a_dry_run_writes_nothing(tmp_path):
    path = tmp_path / "marks.csv"
    path.write_text(SMALL)

    assert run(path, "--dry-run")[-1] == "Dry run: the file is right, nothing was written."
    assert not Season.objects.exists()


@pytest.mark.django_db
def test_the_command_names_wrong_places(tmp_path):
    path = tmp_path / "marks.csv"
    path.write_text(changed(2, "6,7,8,9", "6,x,8,9"))
    said = io.StringIO()

    with pytest.raises(CommandError):
        call_command("import_marks", str(path), stdout=io.StringIO(), stderr=said)

    assert said.getvalue().strip() == "Row 2, column J2: “x” is not a number."
    assert not Season.objects.exists()


@pytest.mark.django_db
def test_a_wrong_official_figure_fails_only_when_asked(tmp_path):
    path = tmp_path / "marks.csv"
    path.write_text(SMALL.replace("7.5,21.5", "7.6,21.5"))

    assert run(path)[-1] == "panel scores: 3 of 4 equal; totals: 2 of 2 equal"
    with pytest.raises(CommandError):
        run(path, "--check-official")


@pytest.mark.django_db
def test_a_file_without_official_figures(tmp_path):
    path = tmp_path / "marks.csv"
    path.write_text("competition,program,entry,criterion,factor,J1\nCup,Free,Ann,Skill,1,7\n")

    assert run(path)[-2:] == [
        "The file has no official figures to compare with.",
        "panel scores: 0 of 0 equal; totals: 0 of 0 equal",
    ]


@pytest.mark.parametrize("options", [["--trim-from", "2"], ["--by", "nobody"]])
@pytest.mark.django_db
def test_wrong_options(tmp_path, options):
    path = tmp_path / "marks.csv"
    path.write_text(SMALL)

    with pytest.raises(CommandError):
        run(path, *options)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError):
        run(tmp_path / "none.csv")
