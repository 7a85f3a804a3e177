"""A YAML text as a tree that remembers where each value stands, so that a mistake can be shown by line and column.

Nothing is built from tags: a leaf keeps its text as it was written, and the schema says what it has to be. Size, depth
and number of values are bounded before a tree is made, repeated ones (`*name`) included.
"""

from dataclasses import dataclass
from typing import Any

import yaml
from django.utils.translation import gettext as _

MOST_BYTES = 4_000_000
MOST_DEPTH = 24
MOST_VALUES = 60_000
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TAG = "tag:yaml.org,2002:"
PLAIN_TAGS = {f"{TAG}{name}": name for name in ("null", "bool", "int", "float", "str", "timestamp", "merge", "value")}


class UnreadableError(ValueError):
    """The text is no YAML that may be read. `line` and `column` count from 1."""

    def __init__(self, message: str, line: int = 1, column: int = 1):
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


@dataclass(frozen=True)
class Leaf:
    """One value as written; `kind` is what YAML would take it for: null, bool, int, float, str, timestamp."""

    text: str
    kind: str
    line: int
    column: int


@dataclass(frozen=True)
class Listing:
    items: list
    line: int
    column: int


@dataclass(frozen=True)
class Mapping:
    """Pairs in the order of the file; the same key may stand there twice, which the schema complains about."""

    pairs: list[tuple[Leaf, Any]]
    line: int
    column: int


def read(content: bytes | str) -> Leaf | Listing | Mapping:
    """The tree of one document."""
    text = _decoded(content)
    try:
        _measure(text)
        root = yaml.compose(text, Loader=LOADER)  # Only makes nodes; nothing is constructed from them.
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise UnreadableError(_explained(str(error.problem or error.context or "")), *place) from None
    except yaml.YAMLError as error:
        place = _place_of(text, getattr(error, "position", 0) or 0)
        sentence = _("This sign can't stand in a YAML file. Delete it and type it again.")
        raise UnreadableError(sentence, *place) from None
    if root is None:
        raise UnreadableError(_("The file is empty. Choose a season file."))
    return _Builder().build(root, 0)


def _decoded(content: bytes | str) -> str:
    if len(content) > MOST_BYTES:
        raise UnreadableError(_("The file is larger than 4 MB. A season file is a text of a few pages."))
    if isinstance(content, str):
        return content
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        sentence = _("The file isn't written in UTF-8. Save it as UTF-8 in your editor and choose it again.")
        raise UnreadableError(sentence, line) from None


def _measure(text: str) -> None:
    """Depth by events, before anything recursive sees the text."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MOST_DEPTH:
                mark = event.start_mark
                raise UnreadableError(
                    _("The file is nested deeper than a season file ever is. Check the indentation."),
                    mark.line + 1,
                    mark.column + 1,
                )
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _explained(problem: str) -> str:
    if "'\\t'" in problem or "tab" in problem:
        return _("Lines are indented with spaces here, not with tabs. Replace the tab by spaces.")
    if "single document" in problem:
        return _("The file holds a second document after “---”. Keep one season in one file.")
    return _("The file can't be read from here on: check indentation, the colon after the name and closing quotes.")


def _place_of(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


class _Builder:
    """Nodes to our own tree. Repeated nodes are counted each time, so that a few lines can't become millions."""

    def __init__(self):
        self.values = 0

    def build(self, node: yaml.Node, depth: int):
        self.values += 1
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        if self.values > MOST_VALUES or depth > MOST_DEPTH:
            raise UnreadableError(
                _("The file holds more values than a season file ever does. Check what is repeated by * or &."),
                line,
                column,
            )
        if isinstance(node, yaml.MappingNode):
            pairs = [(self._key(key), self.build(value, depth + 1)) for key, value in node.value]
            return Mapping(pairs, line, column)
        if isinstance(node, yaml.SequenceNode):
            return Listing([self.build(item, depth + 1) for item in node.value], line, column)
        return Leaf(node.value, PLAIN_TAGS.get(node.tag, node.tag), line, column)

    def _key(self, node: yaml.Node) -> Leaf:
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        if not isinstance(node, yaml.ScalarNode):
            raise UnreadableError(_("A name is missing before the colon."), line, column)
        return Leaf(node.value, "str", line, column)
