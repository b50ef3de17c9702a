"""The ways by which notices leave the product: a module and a row of `registry.CHANNELS` each."""
