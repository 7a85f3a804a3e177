"""Believable people, companies, projects and decks, made from a seed and a number: pure, and the same every time."""
