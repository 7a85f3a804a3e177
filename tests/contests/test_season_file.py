"""A season as one file: out, in, and the same again."""

from datetime import date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as settings_of
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contests import exports, imports, marked, schema
from contests import seasonfile as writing
from contests.models import Season
from contests.parts import registered
from contests.services.copying import copy_season
from contests.shapes import CHINA, Day, Figure, Flag, Instant, Key, ListOf, Notes, Record, Text
from core.models import AuditEntry
from core.problems import Refused
from judging.scoring import Rule
from judging.scoring.rule import CORRECTIONS, SCOPES, TIE_KINDS
from seeds import seasonfile
from seeds.demo.after import designs
from seeds.reference import load_contests
from tests.factories import (
    NOW,
    ContestFactory,
    HeatFactory,
    OrganisationFactory,
    RecommendingUnitFactory,
    SeasonFactory,
    TrackFactory,
    administrator,
    credit_code,
    province,
)

pytestmark = pytest.mark.django_db


def designed(by) -> dict[str, Season]:
    """The seasons of the seeds with their certificate designs."""
    seasons = load_contests(by=by, today=date(2026, 9, 20))
    rows = {row["key"]: row for data in seasonfile.contest_files() for row in data["seasons"]}
    designs(seasons, rows, by=by)
    return seasons


def test_every_season_goes_out_in_and_out_again_as_the_same_bytes():
    by = administrator()
    for season in designed(by).values():
        text = exports.season_file(season)
        plan = imports.plan_of(text, by=by)
        assert plan.mistakes == []
        assert plan.changes_nothing
        moved = text.replace(f"  year: {season.year}\n", f"  year: {season.year + 50}\n").replace(
            f"  ordinal: {season.ordinal}\n", f"  ordinal: {season.ordinal + 50}\n"
        )
        moved = moved.replace("number_prefix: SD", "number_prefix: XX")
        copy = imports.load_file(moved, by=by)
        assert copy.pk != season.pk
        assert exports.season_file(copy) == moved


BROKEN = """\
form: 1
contest: {slug}
season:
  year: 2031
  ordinal: 40
  titel: 第四十届大赛
  entry_opens: 2031-02-30 09:00
  entry_closes: 2031-05-31
tracks:
  - {{code: main, name: 主赛道}}
  - {{code: main, name: 副赛道, kind: persn}}
eligibility:
  - {{kind: born_on_or_after, phrase: 年龄要求, tracks: [mian]}}
questions:
  - {{code: loan, kind: choice, label: 有无贷款, choices: [{{value: a, label: 有}}]}}
  - {{code: sum, kind: number, label: 金额, condition: {{question: loans, is: [a]}}}}
rubrics:
  - key: r1
    name: 标准
    criteria:
      - {{key: team, name: 团队, maximum: 60}}
      - {{key: team, name: 市场, maximum: 30}}
stages:
  - {{kind: paper, name: 初赛, opens: 2031-06-10 09:00, closes: 2031-06-01 18:00, rubric: r2}}
prizes: []
"""


def test_every_mistake_is_named_at_once_by_line_and_column():
    contest = ContestFactory()
    found = imports.plan_of(BROKEN.format(slug=contest.slug)).mistakes
    places = {(one.line, one.where) for one in found}
    assert places == {
        (6, "season"),
        (7, "season.entry_opens"),
        (8, "season.entry_closes"),
        (11, "tracks[2].kind"),
        (11, "tracks[2].code"),
        (13, "eligibility[1]"),
        (13, "eligibility[1].tracks[1]"),
        (15, "questions[1]"),
        (16, "questions[2].condition.question"),
        (21, "rubrics[1].criteria"),
        (22, "rubrics[1].criteria[2].key"),
        (24, "stages[1].closes"),
        (24, "stages[1].rubric"),
        (25, ""),
    }
    told = {one.where: one.message for one in found}
    assert "title" in told["season"]
    assert "person" in told["tracks[2].kind"]
    assert "90" in told["rubrics[1].criteria"]
    column = next(one.column for one in found if one.where == "season.entry_opens")
    assert column == len("  entry_opens: ") + 1
    with pytest.raises(Refused) as no:
        imports.load_file(BROKEN.format(slug=contest.slug), by=administrator())
    assert len(no.value.problems) == len(found)
    assert not Season.objects.exists()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"\xff\xfe\x00a", 1),
        ("form: 1\ncontest: 赛事".encode("gb18030"), 2),
        (b"form: 1\n\tcontest: x\n", 2),
        (b"form: [1\ncontest: x\n", 2),
        (b"form: 1\n---\nform: 1\n", 2),
        (b"a: " + b"[" * 60 + b"]" * 60, 1),
        (b"- " * 40 + b"x", 1),
        (b"form: &a [*a]\n", 1),
        (b"form: 1\ncontest: \x01\n", 2),
        (b"x" * 4_000_001, 1),
        (b"just words\n", 1),
        (b"{? [1, 2] : 3}\n", 1),
    ],
)
def test_what_is_no_season_file_is_refused_with_its_place(content, line):
    found = imports.plan_of(content).mistakes
    assert found
    assert found[0].line == line
    assert all(one.message for one in found)


def test_repeated_values_can_not_grow_into_millions():
    rows = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    found = imports.plan_of("\n".join(rows)).mistakes
    assert len(found) == 1


@pytest.mark.parametrize("value", ["!!python/object/apply:os.system [echo]", '"a\\0b"', '"\\u202e"', "{a: 1}"])
def test_tags_build_nothing_and_hidden_signs_are_named(value):
    found = imports.plan_of(f"form: 1\ncontest: {value}\n").mistakes
    assert (2, "contest") in {(one.line, one.where) for one in found}


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_is_sent_is_answered_with_mistakes(content):
    assert schema.read(content).mistakes


UNFIT_SIGNS = [chr(number) for number in range(32) if chr(number) not in "\t\n\r"]
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2199, 1, 1), timezones=st.just(CHINA))  # noqa: DTZ001
FIGURES = st.decimals(-99999, 99999, places=2)
TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters=UNFIT_SIGNS), max_size=80)


@given(TEXTS, FIGURES, st.dates(), MOMENTS, st.booleans())
@settings(max_examples=200)
def test_any_value_is_written_so_that_it_reads_the_same(text, figure, day, instant, flag):
    shape = Record(
        {
            "text": Key(Text()),
            "figure": Key(Figure(12, 2)),
            "day": Key(Day()),
            "instant": Key(Instant()),
            "flag": Key(Flag()),
            "texts": Key(ListOf(Text())),
        }
    )
    value = {
        "text": text, "figure": figure, "day": day, "instant": instant, "flag": flag,
        "texts": [text, "x"],
    }  # fmt: skip
    written = seasonfile_text("part", shape.write(value))
    notes = Notes()
    tree = marked.read(written)
    assert shape.read(tree.pairs[0][1], ("part",), notes) == value
    assert notes.mistakes == []


def seasonfile_text(name, value) -> str:
    return writing._section(name, value)


def prepared(by) -> Season:
    """A season in preparation with a question and a condition, from last year's."""
    season = copy_season(designed(by)["talent-2026"], year=2040, ordinal=41, by=by, at=NOW)
    season.questions.create(
        code="loan",
        kind="choice",
        label="有无贷款",
        choices=[{"value": "yes", "label": "有"}, {"value": "no", "label": "无"}],
    )
    season.questions.create(
        code="rounds", kind="table", label="融资", columns=[{"code": "round", "label": "第几轮融资"}],
        condition={"question": "loan", "is": ["yes"]}, track=season.tracks.first(), order=1,
    )  # fmt: skip
    season.documentrequirements.create(
        kind="finance", label="贷款合同", formats=["pdf"], condition={"question": "loan", "is": ["yes"]}
    )
    return season


def test_a_season_in_preparation_is_written_anew_and_the_difference_is_told_first():
    by = administrator()
    season = prepared(by)
    text = exports.season_file(season)
    assert "condition: {question: loan, is: ['yes']}" in text
    changed = text.replace("有无贷款", "是否有贷款").replace("第几轮融资", "哪一轮融资")
    plan = imports.plan_of(changed, by=by)
    (one,) = plan.differences
    assert one.section == "questions"
    assert {(row.title, change.name, change.before, change.after) for row in one.changed for change in row.changes} == {
        ("是否有贷款", "label", "有无贷款", "是否有贷款"),
        ("融资", "columns[round].label", "第几轮融资", "哪一轮融资"),
    }
    assert season.questions.get(code="loan").label == "有无贷款"
    again = imports.load_file(changed, by=by)
    assert again.pk == season.pk
    assert again.to_review == season.to_review
    assert exports.season_file(again) == changed
    assert AuditEntry.objects.filter(verb="season.import", object_id=season.pk).count() == 1
    imports.load_file(changed, by=by)
    assert AuditEntry.objects.filter(verb="season.import").count() == 1


def test_a_public_season_and_one_with_heats_are_not_overwritten():
    by = administrator()
    season = prepared(by)
    text = exports.season_file(season).replace("有无贷款", "是否有贷款")
    HeatFactory(stage=season.stages.exclude(rubric=None).first())
    with pytest.raises(Refused):
        imports.load_file(text, by=by)
    assert season.questions.get(code="loan").label == "有无贷款"
    Season.objects.filter(pk=season.pk).update(state="running")
    plan = imports.plan_of(text, by=by)
    assert plan.refusal
    assert not plan.is_possible
    with pytest.raises(Refused) as no:
        imports.load_file(text, by=by)
    assert no.value.field == "file"


def test_an_organiser_reads_in_only_the_own_contest():
    by = administrator()
    season = prepared(by)
    text = exports.season_file(season)
    own, other = province(season), province(SeasonFactory())
    assert imports.plan_of(text, by=own).is_possible
    assert [one.where for one in imports.plan_of(text, by=other).mistakes] == ["contest"]


def test_units_are_found_by_code_or_name_and_made_where_unknown():
    by = administrator()
    season = SeasonFactory(state="setup")
    TrackFactory(season=season)
    code = credit_code(7)
    unit = RecommendingUnitFactory(season=season, organisation=OrganisationFactory(name="甲园区", credit_code=code))
    text = exports.season_file(season)
    assert f"credit_code: {code}" in text
    plan = imports.plan_of(text.replace("甲园区", "乙园区"), by=by)
    assert [one.where for one in plan.mistakes] == ["units[1].organisation.name"]
    new = text.replace(f"credit_code: {code}, ", "").replace("甲园区", "丙园区")
    plan = imports.plan_of(new, by=by)
    assert plan.made == ["丙园区"]
    imports.load_file(new, by=by)
    assert season.units.get().organisation.name == "丙园区"
    for _ in range(2):
        OrganisationFactory(
            name="丙园区", kind=unit.organisation.kind, region=unit.organisation.region, credit_code=None
        )
    assert [one.where for one in imports.plan_of(new, by=by).mistakes] == ["units[1].organisation"]


def test_the_command_checks_and_loads(tmp_path):
    by = administrator()
    season = prepared(by)
    path = tmp_path / "season.yaml"
    path.write_text(exports.season_file(season).replace("有无贷款", "是否有贷款"), encoding="utf-8")
    told = StringIO()
    call_command("load_season", str(path), "--check", stdout=told)
    assert "label: 有无贷款 → 是否有贷款" in told.getvalue()
    assert season.questions.filter(label="有无贷款").exists()
    call_command("load_season", str(path), "--user", by.username, stdout=told)
    assert season.questions.filter(label="是否有贷款").exists()
    path.write_text("form: 1\n", encoding="utf-8")
    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("load_season", str(path), stdout=told, stderr=told)


def test_what_the_file_takes_as_a_scoring_rule_judging_takes_too():
    """Defaults are those of the rule, and what passes here makes a rule there."""
    assert Rule.from_data(schema.blank(schema.SCORING)) == Rule()
    assert {name for name, _label in schema.TIE_KINDS} == set(TIE_KINDS)
    assert {name for name, _label in schema.TRIM_SCOPES} == set(SCOPES)
    assert {name for name, _label in schema.ROOM_CORRECTIONS} == set(CORRECTIONS)


def test_every_name_of_the_file_stands_in_its_documentation():
    told = (Path(settings_of.BASE_DIR) / "docs" / "season-file.md").read_text(encoding="utf-8")
    table = told[told.index("## The exported form") :]
    missing = [name for name in names_of(schema.whole(registered())) if f"`{name}`" not in table]
    assert missing == []


def names_of(shape, seen=()) -> set[str]:
    if isinstance(shape, ListOf):
        return names_of(shape.item, seen)
    if not isinstance(shape, Record) or shape in seen:
        return set()
    found = set(shape.keys)
    for key in shape.keys.values():
        found |= names_of(key.shape, (*seen, shape))
    return found


def test_a_body_named_by_code_and_by_name_has_one_place():
    season = SeasonFactory(state="setup")
    TrackFactory(season=season)
    body = OrganisationFactory(name="甲园区", credit_code=credit_code(8))
    RecommendingUnitFactory(season=season, organisation=body)
    text = exports.season_file(season)
    row = f"  - organisation: {{name: 甲园区, kind: {body.kind}}}\n    kind: park\n    name: 又一个\n"
    twice = text.replace("units:\n", f"units:\n{row}", 1)
    assert [one.where for one in imports.plan_of(twice).mistakes] == ["units[2].organisation"]


def test_a_section_of_another_room_that_is_left_out_stays_as_it_is():
    by = administrator()
    season = prepared(by)
    text = exports.season_file(season)
    without = text[: text.rindex("\n# ") + 1]
    assert "certificate:" not in without
    assert imports.plan_of(without, by=by).changes_nothing
    imports.load_file(without.replace("有无贷款", "是否有贷款"), by=by)
    assert exports.season_file(season) == text.replace("有无贷款", "是否有贷款")
