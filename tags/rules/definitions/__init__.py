"""What a tag of each kind is made of: a module each, with its parts as frozen classes and what reads them."""
