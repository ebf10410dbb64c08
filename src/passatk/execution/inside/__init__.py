"""What runs inside the sandbox: standard library only, any CPython from 3.8 on.

The folder is shown read-only to the sandbox and imported there on its own, so nothing else of
passatk (nor anything that passatk depends on) has to be known to the interpreter that runs
candidates.

    wire       frames and plain data between judge and program
    control    messages of fixed size between judge and zygote
    suite      tests as code, turned into one result a test
    compare    how an output is held against the expected one
    confine    limits, system-call filter, namespaces
    judge      the process that holds the expected values and gives the verdict
    zygote     the warm process that forks once per attempt
    program    what a fork does: load the candidate's program and answer calls
    memory     what makes a fork of the zygote cheap
    probe      whether all this works here
"""
