"""What runs inside the sandbox: standard library only, any CPython from 3.8 on.

The folder is shown read-only to the sandbox and imported there on its own, so nothing else of
passatk (nor anything that passatk depends on) has to be known to the interpreter that runs
candidates.

    wire       frames on a socket, between pool, judge and program
    plain      values as text: plain data, rebuilt from exact types
    control    messages of fixed size between judge and zygote

    judge      the process that holds the expected values and gives the verdict
    candidate  its end of an attempt, and what stands for the program's functions
    likeness   what the program raised and changed, as the tests see it
    suite      tests as code, turned into one result a test
    compare    how an output is held against the expected one
    verdict    from what the tests gave and the zygote saw to the verdict

    zygote     the warm process that forks once per attempt
    confine    limits, system-call filter, namespaces
    scratch    the folder in which programs may write
    memory     what makes a fork of the zygote cheap
    program    what a fork does: load the candidate's program and answer calls
    standard_files    /dev/stdin and the like, for programs that open them by name

    probe      whether all this works here
"""
