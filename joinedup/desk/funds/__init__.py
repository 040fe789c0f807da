"""The pooled fund's pages: from a total to its account, journal, package, plan and the steps of the charge."""
