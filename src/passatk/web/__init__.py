"""The live view of a store in a browser: ``passatk serve``.

    serving      from a store and options to a listening server
    application  what answers which address
    guard        who may ask: Host, Origin, token, and the headers on every answer
    forms        what a form sends, and the proof that it came from a page of ours
    snapshots    counts and estimates of runs, kept until the run changes
    addresses    every state of the view as an address
    tables       sorting, filtering and paging lists
    templates    pages out of data: escaped, with nothing invisible left in
    code         programs with highlighted syntax
    difference   two programs side by side
    charts       small drawings
    background   what takes longer than a page may, in processes of its own
    work         what those processes do: figures, findings, approaches
    runs, figures, findings, problems, comparing, changes   pages
    api, events  the same as JSON, and as a stream of changes

Pages are made on the server and work without scripts, but for live progress, keys and the switch
between light and dark. What models and programs wrote is only ever text in them.
"""
