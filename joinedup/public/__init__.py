"""Who is in charge here and how do they do, from released figures only?

What anyone may see, under its own WSGI entry, settings and database role (`public_reader`, which is shown approved
releases and places and nothing else). No sign-in, no session, no script. Pages are rendered once for each release and
day and served as bytes with an ETag.
"""
