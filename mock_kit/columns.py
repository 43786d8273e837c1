"""Columns by the handful, for the tables of a fake."""

from typing import Any

from sqlalchemy import Boolean, Column, Integer, String, Text


def key(*names: str) -> list[Column[Any]]:
    """Return the columns of a primary key, after the practice's."""
    return [Column(name, String, primary_key=True) for name in ("tenant_id", *names)]


def texts(*names: str) -> list[Column[Any]]:
    """Return columns of texts that are never None."""
    return [Column(name, Text, nullable=False, default="") for name in names]


def flags(*names: str) -> list[Column[Any]]:
    """Return columns that are true or false."""
    return [Column(name, Boolean, nullable=False, default=False) for name in names]


def maybe(*names: str) -> list[Column[Any]]:
    """Return columns of texts that may be None."""
    return [Column(name, Text) for name in names]


def whole(name: str, *, key: bool = False) -> Column[Any]:
    """Return a column of a whole number, 0 when it is not given."""
    return Column(name, Integer, primary_key=key, nullable=False, default=0, autoincrement=False)
