"""Pages of the project library: those of contestants, and those of the offices that screen and organise."""
