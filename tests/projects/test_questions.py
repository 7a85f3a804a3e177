"""Questions by themselves: which are asked, what an answer may be; then how answers are saved, demanded and frozen."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from contests.models import Question
from contests.states import QuestionKind
from core.models import AuditEntry
from core.problems import Refused
from projects import checks, questions, services
from projects.dossier import Dossier
from projects.exports import entries_workbook
from projects.models import Entry
from projects.services import Conflict
from projects.sheet import sections_of
from projects.states import Step
from tests import factories
from tests.factories import NOW
from tests.projects import asking, drafts
from tests.projects.asking import ANSWERS, HOLDERS, YES_NO


def question(kind, **facts) -> Question:
    return Question(code="q", kind=kind, label="问题", **facts)


class TestTaken:
    @pytest.mark.parametrize(
        ("kind", "given_value", "kept"),
        [
            (QuestionKind.TEXT, " 一行\r\n两行 ", "一行\n两行"),
            (QuestionKind.TEXT, "   ", None),
            (QuestionKind.NUMBER, "1,200.50", "1200.5"),
            (QuestionKind.NUMBER, "１２", "12"),
            (QuestionKind.NUMBER, "1000", "1000"),
            (QuestionKind.NUMBER, "", None),
            (QuestionKind.DATE, "2026-06-18", "2026-06-18"),
            (QuestionKind.DATE, date(2026, 6, 18), "2026-06-18"),
        ],
    )
    def test_kept_in_one_form(self, kind, given_value, kept):
        assert questions.taken(question(kind), given_value) == kept

    @pytest.mark.parametrize(
        ("kind", "facts", "given_value"),
        [
            (QuestionKind.TEXT, {"max_length": 3}, "四个字了"),
            (QuestionKind.NUMBER, {}, "十二"),
            (QuestionKind.NUMBER, {}, "NaN"),
            (QuestionKind.NUMBER, {}, "1e20"),
            (QuestionKind.NUMBER, {}, "1.234"),
            (QuestionKind.NUMBER, {"minimum": 5}, "4.99"),
            (QuestionKind.NUMBER, {"maximum": 5}, "5.01"),
            (QuestionKind.DATE, {}, "2026-02-30"),
            (QuestionKind.DATE, {}, "明天"),
            (QuestionKind.CHOICE, {"choices": YES_NO}, "maybe"),
            (QuestionKind.CHOICE, {"choices": YES_NO}, ["yes", "no"]),
            (QuestionKind.TABLE, {"columns": HOLDERS, "max_rows": 1}, [{"name": "甲"}, {"name": "乙"}]),
        ],
    )
    def test_refused_at_its_code(self, kind, facts, given_value):
        with pytest.raises(Refused) as refusal:
            questions.taken(question(kind, **facts), given_value)
        assert refusal.value.field == "q"

    def test_the_bounds_themselves_are_taken(self):
        one = question(QuestionKind.NUMBER, minimum=0, maximum=5)

        assert [questions.taken(one, text) for text in ("0", "5.00")] == ["0", "5"]

    def test_several_choices_stand_in_the_order_of_the_question(self):
        one = question(QuestionKind.CHOICE, choices=YES_NO, several=True)

        assert questions.taken(one, ["no", "yes"]) == ["yes", "no"]

    def test_a_table_drops_empty_rows_and_names_the_cell_that_is_wrong(self):
        one = question(QuestionKind.TABLE, columns=HOLDERS)
        kept = questions.taken(one, [{"name": " 甲 ", "share": ""}, {"name": " "}, {"share": "40.0"}])

        assert kept == [{"name": "甲"}, {"share": "40"}]
        assert questions.taken(one, [{"name": ""}]) is None
        with override("en"), pytest.raises(Refused, match="Row 2, Share: "):
            questions.taken(one, [{"name": "甲"}, {"share": "一半"}])


class TestInWords:
    def test_in_the_language_of_the_reader(self):
        kept = questions.frozen(question(QuestionKind.CHOICE, choices=YES_NO), "yes")
        shares = questions.frozen(question(QuestionKind.TABLE, columns=HOLDERS), ANSWERS["holders"])
        with override("zh-hans"):
            assert questions.in_words(kept) == "是"
            second = questions.in_words(shares).splitlines()[1]
            assert second == "2. 股东：王示例，比例（%）：40，入股日期：2023年5月1日"
        with override("en"):
            assert questions.in_words(kept) == "Yes"

    def test_a_number_with_its_unit(self):
        assert questions.in_words(questions.frozen(question(QuestionKind.NUMBER, unit="万元"), "12.5")) == "12.5万元"


CODES = "abcde"


@given(
    waits=st.dictionaries(st.sampled_from(CODES), st.tuples(st.sampled_from(CODES), st.sampled_from("12"))),
    values=st.dictionaries(st.sampled_from(CODES), st.sampled_from(["1", "2", ["1"], ["1", "2"], None])),
)
def test_asked_is_the_least_set_that_holds_by_itself(waits, values):
    """Brute force: begin with those without a condition, add whoever is called for by one already in, until none is."""
    rows = [
        Question(code=code, condition={"question": waits[code][0], "is": [waits[code][1]]} if code in waits else {})
        for code in CODES
    ]
    found = {code for code in CODES if code not in waits}
    for _round in CODES:
        for code, (other, wanted) in waits.items():
            value = values.get(other)
            if other in found and (wanted in value if isinstance(value, list) else wanted == value):
                found.add(code)
    assert {one.code for one in questions.asked(rows, values)} == found


@pytest.mark.django_db
class TestEntry:
    @pytest.fixture
    def entry(self):
        return drafts.draft(asking.asking_season())

    def save(self, entry, data, **more):
        services.save_step(entry, Step.QUESTIONS, data, by=entry.project.owner, at=NOW, **more)
        return Entry.objects.get(pk=entry.pk)

    def missing(self, entry) -> list[str]:
        found = checks.completeness(Entry.objects.get(pk=entry.pk))
        return [one.field for one in found if one.field.startswith("answer.")]

    def test_required_questions_are_demanded_only_while_they_are_asked(self, entry):
        assert self.missing(entry) == ["answer.exports", "answer.holders", "answer.pitch"]
        self.save(entry, {"exports": "yes"})
        assert "answer.markets" in self.missing(entry)
        self.save(entry, {"exports": "no"})
        assert "answer.markets" not in self.missing(entry)

    def test_what_is_not_asked_any_more_is_kept_but_not_frozen(self, entry):
        self.save(entry, ANSWERS)
        entry = self.save(entry, {"exports": "no"})
        dossier = Dossier(entry)

        assert dossier.values["markets"] == ["europe"]
        assert [one.code for one in dossier.asked] == ["exports", "holders", "pitch"]
        entry = self.save(entry, {"exports": "yes"})
        assert Dossier(entry).told["volume"] == "12.5"

    def test_a_save_bumps_the_version_once_and_leaves_a_trace(self, entry):
        version = entry.version
        self.save(entry, {"exports": "yes"})
        entry = self.save(entry, {"exports": "yes"})
        trail = AuditEntry.objects.filter(verb="entry.save").latest("pk")

        assert entry.version == version + 1
        assert (trail.before, trail.after) == ({"answer.exports": None}, {"answer.exports": "yes"})

    def test_two_at_once_get_both_values(self, entry):
        self.save(entry, {"pitch": "一"}, base={"pitch": None})
        with pytest.raises(Conflict) as conflict:
            self.save(entry, {"pitch": "二"}, base={"pitch": None})

        assert conflict.value.theirs == {"pitch": "一"}
        assert Dossier(Entry.objects.get(pk=entry.pk)).values["pitch"] == "一"

    def test_a_question_of_another_track_is_a_mistake_of_the_caller(self, entry):
        other = factories.TrackFactory(season=entry.season)
        asking.ask(entry.season, code="elsewhere", track=other)
        with pytest.raises(TypeError, match="elsewhere"):
            self.save(entry, {"elsewhere": "1"})

    def test_a_refusal_writes_nothing(self, entry):
        with pytest.raises(Refused) as refusal:
            self.save(entry, {"exports": "yes", "pitch": "长" * 21})

        assert refusal.value.field == "pitch"
        assert not entry.answers.exists()

    def test_a_document_is_owed_only_where_its_condition_holds(self, entry):
        licence = factories.DocumentRequirementFactory(
            season=entry.season, kind="other", label="出口许可", condition=asking.EXPORTS
        )
        self.save(entry, {"exports": "no"})
        assert licence not in Dossier(Entry.objects.get(pk=entry.pk)).requirements
        entry = self.save(entry, {"exports": "yes"})
        assert f"document.{licence.pk}" in [one.field for one in checks.completeness(entry)]


@pytest.mark.django_db
class TestFrozen:
    @pytest.fixture
    def entry(self):
        entry = drafts.ready(asking.asking_season())
        services.save_step(entry, Step.QUESTIONS, ANSWERS, by=entry.project.owner, at=NOW)
        services.submit(entry, by=entry.project.owner, at=NOW)
        return entry

    def test_answers_stand_in_the_snapshot_with_their_words(self, entry):
        Question.objects.update(label="改了")
        section = next(one for one in sections_of(entry.snapshot) if one.step == Step.QUESTIONS)
        rows = {row.key: row for row in section.rows}

        assert rows["answer.exports"].label == "是否出口"
        assert (rows["answer.markets"].value, rows["answer.volume"].value) == ("欧洲", "12.5万元")
        assert rows["answer.holders"].rows[0] == ("李示例", "60", "")

    def test_the_desk_shows_and_marks_them_like_other_facts(self, entry, signed_in):
        clerk = factories.clerk(entry.unit)
        page = signed_in(clerk).get(f"/entries/desk/{entry.pk}/")
        assert "股权结构" in page.content.decode()

        services.mark_field(entry, field="answer.pitch", label="一句话", reason="请写完整", by=clerk, at=NOW)
        later = entry.season.entry_closes
        services.send_back(entry, reason="", fix_by=later, by=clerk, at=NOW)
        browser = signed_in(entry.project.owner)
        assert f"/entries/{entry.pk}/form/questions/#f-pitch" in browser.get(f"/entries/{entry.pk}/").content.decode()
        assert "请写完整" in browser.get(f"/entries/{entry.pk}/form/questions/").content.decode()

    def test_the_list_of_one_season_has_a_column_a_question(self, entry, signed_in):
        browser = signed_in(factories.province(entry.season))
        answer = browser.get("/entries/all/export.xlsx", {"season": entry.season_id})
        head, row = openpyxl.load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True)
        found = dict(zip(head, row, strict=True))

        assert (found["出口地区"], found["出口额"], found["一句话"]) == ("欧洲", "12.5万元", "用海藻做地膜")
        assert "股权结构" in found
        assert "出口地区" not in next(
            openpyxl.load_workbook(BytesIO(browser.get("/entries/all/export.xlsx").content)).active.values
        )

    def test_a_column_costs_no_query_a_row(self, entry, django_assert_num_queries):
        found = Entry.objects.select_related("season__contest", "track", "unit", "zone")
        asked = list(entry.season.questions.all())
        with django_assert_num_queries(1):
            entries_workbook(found, questions=asked)

    def test_judges_see_the_answers_meant_for_them(self, entry):
        from judging.queries.sheet import answers_of

        assert [(row.label, row.value) for row in answers_of(entry)] == [("一句话", "用海藻做地膜")]
