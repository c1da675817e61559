"""Pages for people who are new here: the front page that tries the service, and the reference of the API."""
