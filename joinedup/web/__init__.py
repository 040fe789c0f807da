"""How does every page look, read aloud, print and fail? The shell, the components and the error pages."""
