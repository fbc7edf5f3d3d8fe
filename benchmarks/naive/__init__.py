"""The usual way to write the gateway: as Strawberry's and FastAPI's tutorials have it."""
