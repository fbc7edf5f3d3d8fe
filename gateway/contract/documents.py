"""The JSON text of a repair order's fields, as it is kept."""

from collections.abc import Mapping

import msgspec

Document = dict[str, object]
"""The fields of a repair order without its number, as AutoSpot spells them."""

_decoder = msgspec.json.Decoder(Document)
_encoder = msgspec.json.Encoder()


def read_document(text: str) -> Document:
    """Decode the JSON text of a document."""
    return _decoder.decode(text)


def write_document(document: Mapping[str, object]) -> str:
    """Encode a document as JSON text."""
    return _encoder.encode(document).decode()
