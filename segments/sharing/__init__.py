"""Links by which people without an account read one edition: for a while, watermarked, and each look written down.

`opening` decides whether a look is let in, `pages` makes what is shown from the edition's figures and nothing else,
`services` makes and revokes links.
"""
