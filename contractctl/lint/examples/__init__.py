"""Examples and defaults against their schemas: what there is to check, in which direction, and what came out."""
