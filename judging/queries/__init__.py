"""Reads of the judging room: `heats` and `rankings` for organisers and supervisors, `queue` for judges."""
