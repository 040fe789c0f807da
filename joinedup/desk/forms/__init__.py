"""What may be typed on the pages of the desk? Shapes of input only, no meaning."""
