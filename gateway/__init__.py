"""The AutoSpot gateway: GraphQL and REST in front of the AutoSpot Batch API."""

__version__ = "0.1.0"
