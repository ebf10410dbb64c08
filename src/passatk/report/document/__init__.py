"""The report: everything about one run or several, as one document in several formats.

model      what a report holds, independent of format
gathering  from a store to a report
findings   their order of importance, and how they are worded
sections   which figures and results belong together
repeating  the commands that make the run again
html       one file that works from disk, with no network
markdown   a comment on a pull request
latex      a table with intervals
plain      JSON under a versioned schema (report.schema.json)
"""
