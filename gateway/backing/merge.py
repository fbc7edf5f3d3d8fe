"""JSON Merge Patch (RFC 7396), the rule by which a patch changes a repair order."""

from typing import cast


def merged(target: object, patch: object) -> object:
    """Return the target as the patch changes it: the algorithm of RFC 7396, section 2.

    Neither argument is changed, and the result may share parts with both.
    """
    if not isinstance(patch, dict):
        return patch
    fields = cast("dict[str, object]", patch)
    result: dict[str, object] = (
        dict(cast("dict[str, object]", target)) if isinstance(target, dict) else {}
    )
    for name, value in fields.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def without_nulls(patch: dict[str, object]) -> dict[str, object]:
    """Drop the nulls inside the objects of a patch's lists, which merging copies as they are."""
    return {
        name: [merged({}, entry) for entry in cast("list[object]", value)]
        if isinstance(value, list)
        else value
        for name, value in patch.items()
    }
