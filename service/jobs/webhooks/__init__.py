"""Messages that tell of a job's end, by Standard Webhooks: signed, retried, and sent to public hosts only."""
