"""What does the person need and want, told once to health and social care together?

Here will live: the joint assessment with sections owned by each side, Care Act eligibility as a pure rule, capacity,
carers and safeguarding. Not built yet.
"""
