"""A season that asks questions of every kind, and the entries that answer them."""

from contests.states import QuestionKind
from tests import factories
from tests.projects import drafts

YES_NO = [{"value": "yes", "label": "是", "label_en": "Yes"}, {"value": "no", "label": "否", "label_en": "No"}]
HOLDERS = [
    {"code": "name", "label": "股东", "label_en": "Shareholder", "kind": "text"},
    {"code": "share", "label": "比例", "label_en": "Share", "kind": "number", "unit": "%"},
    {"code": "since", "label": "入股日期", "label_en": "Since", "kind": "date"},
]
EXPORTS = {"question": "exports", "is": ["yes"]}


def ask(season, **facts):
    return factories.QuestionFactory(season=season, **facts)


def asking_season(**facts):
    """Whether the company exports; if so where to and since when; its shareholders; a pitch in a sentence."""
    season = drafts.open_season(**facts)
    ask(season, code="exports", kind=QuestionKind.CHOICE, label="是否出口", choices=YES_NO, order=1)
    ask(
        season, code="markets", kind=QuestionKind.CHOICE, label="出口地区", several=True, order=2, condition=EXPORTS,
        choices=[{"value": "asia", "label": "亚洲"}, {"value": "europe", "label": "欧洲"}],
    )  # fmt: skip
    ask(season, code="volume", kind=QuestionKind.NUMBER, label="出口额", unit="万元", minimum=0, maximum=1000,
        required=False, condition={"question": "markets", "is": ["europe"]}, order=3)  # fmt: skip
    ask(season, code="holders", kind=QuestionKind.TABLE, label="股权结构", columns=HOLDERS, max_rows=3, order=4)
    ask(season, code="pitch", label="一句话", max_length=20, judged=True, order=5, track=season.tracks.first())
    return season


ANSWERS = {
    "exports": "yes",
    "markets": ["europe"],
    "volume": "12.50",
    "holders": [{"name": "李示例", "share": "60"}, {"name": "王示例", "share": "40", "since": "2023-05-01"}],
    "pitch": "用海藻做地膜",
}
