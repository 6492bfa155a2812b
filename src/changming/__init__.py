"""Changming (长明): a service desk for identity documents that never closes."""

__version__ = "0.1.0"
