"""Programs and the verdicts they must get: the judge's specification, in files to be read."""
