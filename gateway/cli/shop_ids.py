"""Shop ids as people write them: one, several in an option, many in a file."""

import csv
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast

import typer

from gateway.cli.failure import CommandFailed
from gateway.contract import Kind, ShopRepairOrders, fields_of

_COLUMN = "shop_id"
_MAX_SHOWN = 40


def shop_id(text: str) -> int:
    """Read one shop id; raises the usage error that names it."""
    if (number := _number(text)) is None:
        message = f"{_shown(text)} is not a shop id, which is {_kind().accepts}."
        raise typer.BadParameter(message)
    return number


def shop_ids(text: str) -> frozenset[int]:
    """Read shop ids with commas between them."""
    return frozenset(shop_id(part) for part in text.split(","))


def listed(numbers: Iterable[int]) -> str:
    """Shop ids as a list for people."""
    return ", ".join(map(str, numbers))


def read_shop_file(path: Path) -> list[int]:
    """Read a CSV file with one shop id on each line, or with a column of them.

    Raises CommandFailed with every line that holds none.
    """
    try:
        # Spreadsheets put a byte order mark in front.
        lines = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    except OSError as error:
        message = f"The file {path} cannot be read: {error.strerror}."
        raise CommandFailed(message) from error
    except (UnicodeDecodeError, csv.Error) as error:
        message = f"The file {path} is not a CSV file in UTF-8."
        raise CommandFailed(message) from error
    return _read_lines(path, lines)


def _read_lines(path: Path, lines: Sequence[Sequence[str]]) -> list[int]:
    header = [name.strip().lower() for name in lines[0]] if lines else []
    column = header.index(_COLUMN) if _COLUMN in header else None
    found: list[int] = []
    wrong: list[str] = []
    for position, line in enumerate(lines, start=1):
        if not any(line) or (column is not None and position == 1):
            continue
        text = _cell(line, column)
        number = _number(text)
        if number is None:
            wrong.append(f"line {position} ({_shown(text)})")
        else:
            found.append(number)
    if wrong:
        message = f"The file {path} was not used, because of lines without a shop id: "
        raise CommandFailed(message + f"{', '.join(wrong)}.")
    return found


def _cell(line: Sequence[str], column: int | None) -> str:
    """The cell of a line that holds its shop; without a column, the line holds nothing else."""
    if column is None:
        return ",".join(line)
    return line[column] if column < len(line) else ""


def _number(text: str) -> int | None:
    digits = text.strip()
    if digits.isascii() and digits.isdigit():
        with suppress(ValueError):
            return cast("int", _kind().checked(int(digits)))
    return None


def _kind() -> Kind[object]:
    """What the contract accepts as a shop id."""
    return cast("Kind[object]", fields_of(ShopRepairOrders)["shop_id"].of)


def _shown(text: str) -> str:
    return repr(text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}...")
