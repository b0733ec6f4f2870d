"""The parts of OpenAPI 3.0, 3.1 and 3.2: `parts.OpenApi3Parts` builds them."""
