"""nginx and the gateway as a pass-through proxy, in front of the same upstream."""
