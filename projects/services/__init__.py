"""Every write of the project library: entries, teams, documents and their screening."""

__all__: list[str] = []
