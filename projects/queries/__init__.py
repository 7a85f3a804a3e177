"""Reads across models, for the contestant's pages and for the offices' pages."""
