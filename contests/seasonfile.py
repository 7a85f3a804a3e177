"""Plain data of a season as the text of its file: one section after the other, a comment above each, stable order.

The same data always gives the same bytes, so that two files can be compared line by line.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import yaml
from django.utils import translation

from contests import schema
from contests.parts import Part

SHORT_ROW = 110
LANGUAGE = "zh-hans"
# Ends of lines that a reader of YAML would take for a plain one.
UNSEEN = re.compile("[\r\x85\u2028\u2029\ufeff]")


class _Flow(dict):
    """A row short enough to stand on one line."""


class _FlowList(list):
    """A list of plain values on one line."""


class _Writer(yaml.SafeDumper):
    """Without anchors, texts of several lines as blocks, figures and instants as people write them."""

    def ignore_aliases(self, data):
        return True

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)


def _text(writer: _Writer, value: str):
    style = '"' if UNSEEN.search(value) else "|" if "\n" in value else None
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _number(writer: _Writer, value: Decimal):
    text = f"{value:f}"
    return writer.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Writer.add_representer(str, _text)
_Writer.add_representer(Decimal, _number)
_Writer.add_representer(
    datetime, lambda writer, value: writer.represent_scalar("tag:yaml.org,2002:timestamp", value.isoformat(" "))
)
_Writer.add_representer(
    _Flow, lambda writer, value: writer.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True)
)
_Writer.add_representer(
    _FlowList, lambda writer, value: writer.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)
)


def text_of(data: dict[str, Any], parts: Iterable[Part]) -> str:
    """The whole file. Comments are Chinese whoever asks: the file is kept and compared in an office."""
    parts = list(parts)
    plain = schema.whole(parts).write(data)
    with translation.override(LANGUAGE):
        headings = {part.key: part.heading() for part in parts}
        sections = [
            f"# {headings.get(name) or schema.heading(name)}\n{_section(name, value)}" for name, value in plain.items()
        ]
    return "\n".join(sections)


def _section(name: str, value: Any) -> str:
    return yaml.dump(
        {name: _laid_out(value)}, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=100_000,
        default_flow_style=False,
    )  # fmt: skip


def _laid_out(value: Any) -> Any:
    """Short rows and lists of plain values on one line, everything else in blocks."""
    if isinstance(value, dict):
        made = {name: _laid_out(one) for name, one in value.items()}
        return _Flow(made) if _is_short(made) else made
    if isinstance(value, list):
        made = [_laid_out(one) for one in value]
        return _FlowList(made) if all(_is_plain(one) for one in made) else made
    if isinstance(value, str):
        return str(value)
    return value


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | Decimal | date | datetime)


def _is_short(row: dict) -> bool:
    if not all(_is_plain(one) or isinstance(one, _FlowList | _Flow) for one in row.values()):
        return False
    written = ", ".join(f"{name}: {one}" for name, one in row.items())
    return len(written) <= SHORT_ROW and "\n" not in written
