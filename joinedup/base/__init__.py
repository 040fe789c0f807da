"""What everything stands on: value types, time, dated parameters, errors, explanations. Imports nothing of ours."""
