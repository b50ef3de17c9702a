"""What colleagues do with tags and segments together. Both are named by their `Ref`, so that tags need know nothing
of the storey above."""
