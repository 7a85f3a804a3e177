"""Files that people send: typed by what is in them, opened apart under limits, taken in piece by piece.

`kinds` tells a type by its bytes, `inspection` says yes or no in words, `openers` opens files in a process of its own
(`reader`), and `parts` holds what has arrived of a file that is still on its way.
"""

import errno

from core.files.inspection import Content, inspect, plain_name
from core.files.kinds import CONTENT_TYPES, MEGABYTE, PICTURES

# What the system says when a disk is full, a quota reached or a limit on the size of files.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

__all__ = ["CONTENT_TYPES", "MEGABYTE", "NO_ROOM", "PICTURES", "Content", "inspect", "plain_name"]
