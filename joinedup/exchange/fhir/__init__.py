"""FHIR R4 at the edge: resources in, our words out. UK Core where the sender follows it, base R4 where not."""
