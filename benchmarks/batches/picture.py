"""The costs as a picture: a line for each server, both axes logarithmic."""

import math
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT = 720, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 130, 40, 50
_COLOURS = ("#0b6e4f", "#c0392b", "#6c7a89", "#2c5f9e")

Lines = Mapping[str, Mapping[int, float]]
"""By server, and then by size of the batch: milliseconds."""


def picture(title: str, lines: Lines) -> str:
    """Draw an SVG of what a request costs."""
    sizes = sorted({size for costs in lines.values() for size in costs})
    costs = [cost for line in lines.values() for cost in line.values()]
    across = _Scale(sizes[0], sizes[-1], _LEFT, _WIDTH - _RIGHT)
    up = _Scale(_power_below(min(costs)), _power_above(max(costs)), _HEIGHT - _BOTTOM, _TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="sans-serif" font-size="13" role="img" aria-label="{escape(title)}">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        _text(_LEFT, 22, title, more='font-weight="bold"'),
        *_grid(sizes, across, up),
        *(
            part
            for colour, (name, line) in zip(_COLOURS, lines.items(), strict=False)
            for part in _line(name, line, colour, across, up)
        ),
        "</svg>\n",
    ]
    return "\n".join(parts)


class _Scale:
    """Places values between two edges, by their logarithms."""

    def __init__(self, lowest: float, highest: float, first: float, last: float) -> None:
        self.lowest = lowest
        self.highest = highest
        self._first = first
        self._last = last

    def place(self, value: float) -> float:
        """Where a value stands."""
        share = math.log(value / self.lowest) / math.log(self.highest / self.lowest)
        return round(self._first + share * (self._last - self._first), 1)


def _grid(sizes: Sequence[int], across: _Scale, up: _Scale) -> list[str]:
    parts = [
        _text(across.place(size), _HEIGHT - _BOTTOM + 20, f"{size:,}", "middle") for size in sizes
    ]
    parts.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 10, "orders", "middle"))
    power = up.lowest
    while power <= up.highest * 1.01:
        height = up.place(power)
        parts += [
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{height}" y2="{height}" '
            'stroke="#dddddd"/>',
            _text(_LEFT - 8, height + 4, f"{power:,g} ms", "end"),
        ]
        power *= 10
    return parts


def _line(
    name: str, line: Mapping[int, float], colour: str, across: _Scale, up: _Scale
) -> list[str]:
    points = [(across.place(size), up.place(cost)) for size, cost in sorted(line.items())]
    drawn = " ".join(f"{x},{y}" for x, y in points)
    dots = [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in points]
    x, y = points[-1]
    label = _text(x + 10, y + 4, name)
    return [
        f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *dots,
        label,
    ]


def _text(x: float, y: float, words: str, anchor: str = "start", more: str = "") -> str:
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="#333333" {more}>{escape(words)}</text>'
    )


def _power_below(value: float) -> float:
    return 10.0 ** math.floor(math.log10(value))


def _power_above(value: float) -> float:
    return 10.0 ** math.ceil(math.log10(value))
