"""Charts inside table cells, drawn by the server: a value with its error on the scale of the page, a range of marks.

A drawing stretches with its cell, so there is no text in it; the figures stand beside it.
"""

from django import template
from django.utils.html import format_html

from judging.queries.opinions import CLEAR, Scale

register = template.Library()


@register.simple_tag
def whisker(scale: Scale, value: float | None, error: float | None, zero: bool = False):
    """A point with its 95 % interval; with `zero` a line where no severity is."""
    if value is None:
        return ""
    low, at, high = (scale.at(one) for one in (value - CLEAR * error, value, value + CLEAR * error))
    middle = format_html('<line class="z" x1="{0}" x2="{0}" y1="0" y2="16"></line>', scale.at(0)) if zero else ""
    return format_html(
        '<svg class="ly-whisker" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">{}'
        '<line x1="{}" x2="{}" y1="8" y2="8"></line><line class="v" x1="{}" x2="{}" y1="2" y2="14"></line></svg>',
        middle, low, high, at, at,
    )  # fmt: skip


@register.simple_tag
def span(scale: Scale, low: float, high: float):
    """From the lowest to the highest mark."""
    start, end = scale.at(low), scale.at(high)
    return format_html(
        '<svg class="ly-whisker" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">'
        '<rect x="{}" y="4" width="{}" height="8"></rect></svg>',
        start, max(round(end - start, 1), 1),
    )  # fmt: skip


@register.simple_tag
def bar(value: float | None):
    """A share between 0 and 1 as a bar; negative figures draw nothing."""
    width = round(100 * min(1.0, max(0.0, value or 0.0)), 1)
    return format_html(
        '<svg class="ly-whisker" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="w" width="100" y="4" height="8"></rect><rect width="{}" y="4" height="8"></rect></svg>',
        width,
    )


@register.filter
def decimals(value, digits=2):
    """A figure with so many decimals, a dash where there is none."""
    return "—" if value is None else f"{value:.{digits}f}"


@register.simple_tag
def move_of(place, steps: int | None):
    """A place and how many places it lies above or below; nothing more where it is the same."""
    if steps is None:
        return "—"
    if not steps:
        return format_html('{} <span class="ly-muted">=</span>', place)
    tone, sign = ("t-done", "↑") if steps > 0 else ("t-due", "↓")
    return format_html('{} <span class="{}">{}{}</span>', place, tone, sign, abs(steps))
