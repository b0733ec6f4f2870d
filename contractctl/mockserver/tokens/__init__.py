"""Mode `token`: tokens that are read and judged, and the issuer that signs them."""
