"""What a batch costs the gateway, beside the usual way and the least that Python can do."""
