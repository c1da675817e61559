"""Who is who in an article: names, roles and pronouns, grouped by whom they mean. Start at ``roster``."""
