"""Which page or act needs several steps at once?

Here live: composed pages and acts that cross steps: home, the tour and the record page, later the call, My money and
drill-downs.
"""
