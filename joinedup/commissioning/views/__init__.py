"""The pages of `commissioning`: packages and delegations, the panel, disputes and residence."""
