"""The least that a Python gateway does: REST to REST."""
