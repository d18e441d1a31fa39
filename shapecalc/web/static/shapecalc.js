// Pages work as plain forms. This makes them live: what is typed is answered at once, and only the answer changes.
