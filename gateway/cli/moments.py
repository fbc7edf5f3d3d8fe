"""Moments as people write and read them."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import typer


def later(text: str) -> datetime:
    """Read a moment to come: a time from now, or a date, at whose beginning in UTC it is."""
    moment = _moment(text.strip())
    if moment is None:
        message = f"{text!r} is no time: write 90d, 12h or 30m from now, or a date as 2031-01-31."
        raise typer.BadParameter(message)
    if moment <= datetime.now(UTC):
        message = f"{text!r} is in the past."
        raise typer.BadParameter(message)
    return moment


def shown(moment: datetime) -> str:
    """A moment to the minute, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _moment(text: str) -> datetime | None:
    with suppress(ValueError, OverflowError):
        if duration := re.fullmatch(r"(\d+)([dhm])", text, re.ASCII):
            return datetime.now(UTC) + int(duration[1]) * _UNITS[duration[2]]
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
