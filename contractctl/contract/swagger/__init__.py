"""The parts of Swagger 2.0, in the words of OpenAPI 3: `parts.SwaggerParts` builds them."""
