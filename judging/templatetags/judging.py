"""What a ranking shows in every row, drawn without a template of its own: fifty rows make hundreds of cells."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join

from contests.models import Rubric, ScoringRule
from core.templatetags.luyan import icon, plain
from judging.queries.marks import lines_of_rubric
from judging.scoring import Rule, RuleError, describe
from judging.steps import Cell
from projects.states import Outcome

register = template.Library()

FIGURE = '<td class="num">{}</td>'
DROPPED = '<td class="num"><s>{}</s></td>'
WORD = '<td class="num"><span class="ly-s ly-muted">{}</span></td>'
PILLS = {
    Outcome.PROMOTED.value: (" is-done", "check"),
    Outcome.AWARDED.value: (" is-award", "award"),
    Outcome.RESERVE.value: (" is-go", "clock"),
    Outcome.PENDING.value: (" is-due", "scale"),
}


@register.filter
def in_words(rule: ScoringRule | None, rubric: Rubric | None) -> list[str]:
    """A scoring rule in sentences, as contestants read it; nothing where a season in preparation lacks a part of it."""
    if rule is None or rubric is None:
        return []
    try:
        return [step.text for step in describe(Rule.from_data(rule.data), lines_of_rubric(rubric))]
    except RuleError:
        return []


@register.filter
def signed(value) -> str:
    """A gap with its sign: +3, −2.5 or 0."""
    return f"+{plain(value)}" if value > 0 else plain(value).replace("-", "−")


@register.simple_tag
def mark_cells(cells: Iterable[Cell]):
    """The judges' figures of one place as table cells: dropped ones struck, states as words."""
    return format_html_join("", "{}", ((_cell(one),) for one in cells))


def _cell(cell: Cell):
    return format_html(WORD if cell.word else DROPPED if cell.dropped else FIGURE, cell.text)


@register.simple_tag
def outcome_pill(outcome: str, word: str):
    """An outcome in words, with its colour and icon."""
    tone, name = PILLS.get(outcome, ("", "minus"))
    return format_html('<span class="ly-pill{}">{}{}</span>', tone, icon(name), word)
