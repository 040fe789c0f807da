"""Who lives in an invented place, and what would each body send us about them?

`joinedup generate` makes people, households, conditions, hospital and council histories for the demo places and writes
them as the files that an NHS body and a council would send: FHIR R4 (UK Core style) and Client Level Data. The files
are then *loaded*; nothing here is ever inserted. Each person comes from a seed of their own, so a larger place contains
the smaller. The files hold the usual mess (see `mess.py`), and `truth.csv` says what was done to each row.
Nobody here is real: NHS numbers come from the test range 999, names and houses are drawn from our own lists.
"""
