"""What does the person need and want, told once to health and social care together?

One joint assessment with a section for each side, written by two people, and Care Act eligibility decided on it by a
pure rule. Not built yet: capacity, carers' assessments and safeguarding.
"""
