"""The pages of `plan`: plans and caseloads in plans.py, visits in visits.py. They translate, nothing else."""
