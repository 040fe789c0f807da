"""Tables of rows at the edge: Client Level Data from councils in, our words out."""
