"""The HTTP side: routes, pages, errors table, settings, limits, security headers. Knows no mathematics."""
