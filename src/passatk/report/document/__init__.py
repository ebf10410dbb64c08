"""The report: everything about one run or several, as one document in several formats.

model      what a report holds, independent of format
gathering  from a store to a report
against    runs against each other
findings   their order of importance, and how they are worded
warnings   what has to be known of the numbers
sections   which figures and results belong together
repeating  the commands that make the run again
html       one file that works from disk, with no network
markdown   a comment on a pull request
latex      a table with intervals
writing    a report into a file, by the suffix of its name
plain      JSON under a versioned schema (report.schema.json)
"""
