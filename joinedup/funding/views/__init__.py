"""The pages of funding: charges and why, evidence, appeals, the statement. Each translates, nothing else."""

from joinedup.funding.views.charges import charge, mine, of_person, printed, work_out

__all__ = ["charge", "mine", "of_person", "printed", "work_out"]
