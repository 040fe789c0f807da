"""Who may look, who may act, and who did: sign-in, roles, grants, row security and the two logs."""
