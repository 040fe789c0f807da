"""Who is in charge here and how do they do, from released figures only?

Here will live: pages rendered at release, with their own WSGI entry, apps and database role. Not built yet.
"""
