"""Examples for the OpenAPI document: an article with its analysis, and each problem."""
