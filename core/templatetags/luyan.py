"""Tags every page may use: icons, moments, money, masked numbers."""

from decimal import Decimal
from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from core import identity
from core.language import local

register = template.Library()

WEEKDAYS = {"zh": "周一 周二 周三 周四 周五 周六 周日".split(), "en": "Mon Tue Wed Thu Fri Sat Sun".split()}


@register.simple_tag
def icon(name, label=""):
    """An icon of the local sprite; without a label it is hidden from screen readers and stands beside a word."""
    return _icon(str(name), str(label))


@lru_cache(maxsize=1024)
def _icon(name: str, label: str) -> str:
    """Kept once drawn: a page shows dozens, and the sprite's address stays the same while the process lives."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="ic" {}><use href="{}#{}"></use></svg>', spoken, static("img/icons.svg"), name)


@register.filter
def moment(value, parts="full"):
    """2026年6月18日 周四 17:00. `short` leaves the year out when it is this year; `day` leaves the time out."""
    if not value:
        return "—"
    has_time = hasattr(value, "hour")
    local = timezone.localtime(value) if has_time else value
    chinese = (get_language() or "").startswith("zh")
    short = parts in ("short", "shortday") and local.year == timezone.localtime().year
    clock = f"{local:%H:%M}" if has_time and parts in ("full", "short") else ""
    weekday = WEEKDAYS["zh" if chinese else "en"][local.weekday()]
    if chinese:
        day = f"{local.month}月{local.day}日" if short else f"{local.year}年{local.month}月{local.day}日"
        return f"{day} {weekday} {clock}".rstrip()
    day = formats.date_format(local, "j M" if short else "j M Y")
    return f"{weekday} {day}, {clock}" if clock else f"{weekday} {day}"


@register.filter
def instant(text):
    """A moment that JSON keeps as text."""
    return parse_datetime(text) if text else None


@register.filter
def days_left(value, now):
    """Whole calendar days from today to a moment, in China time: 0 is today, below 0 is past."""
    return (timezone.localdate(value) - timezone.localdate(now)).days


@register.filter
def wan(value):
    """An amount in 万元 with thousands separators and no needless zeros."""
    if value in (None, ""):
        return "—"
    amount = Decimal(value)
    text = f"{amount:,.2f}".rstrip("0").rstrip(".")
    return f"{text}万元" if (get_language() or "").startswith("zh") else f"CNY {amount * 10000:,.0f}"


@register.filter
def plain(value):
    """A decimal without trailing zeros: 86.50 is 86.5, 90.00 is 90."""
    if value in (None, ""):
        return "—"
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def masked_phone(value):
    return identity.masked_phone(value or "")


@register.filter
def masked_id(value):
    return identity.masked_id(value or "")


@register.filter
def listed(values):
    """Words in a row, parted as the reader's language does."""
    return ("、" if (get_language() or "").startswith("zh") else ", ").join(str(one) for one in values)


register.filter("local", local)


@register.filter
def lookup(mapping, key):
    """The value under a key of a dictionary, for templates."""
    return mapping.get(key) if mapping else None


@register.simple_tag(takes_context=True)
def page_url(context, **changes):
    """This page's address with some query parameters changed; an empty value takes one away."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}" if query else "?"


CONTROL_CLASSES = {
    "Select": "form-select",
    "NullBooleanSelect": "form-select",
    "SelectMultiple": "form-select",
    "CheckboxInput": "form-check-input",
    "CheckboxSelectMultiple": "form-check-input",
    "RadioSelect": "form-check-input",
}


@register.filter
def control(field):
    """The control of a form field in the product's look; Django adds the links to help and error texts."""
    look = CONTROL_CLASSES.get(type(field.field.widget).__name__, "form-control")
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{look} {own}".strip()})


@register.filter
def page_numbers(page):
    """The numbers of a pager: first, last and the ones around this page; None stands for a gap."""
    last = page.paginator.num_pages
    shown = sorted({1, last, *range(max(1, page.number - 1), min(last, page.number + 1) + 1)})
    numbers, before = [], 0
    for number in shown:
        if number - before > 1:
            numbers.append(None)
        numbers.append(number)
        before = number
    return numbers
