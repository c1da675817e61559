"""Jobs: articles to be analysed in the background, their leases, their results, and the messages they send.

``JobStore`` is the way in. Not here: what analyses an article (``service.jobs``), HTTP.
"""
