"""What watching costs: gateways with and without metrics and the log's line for each request."""
