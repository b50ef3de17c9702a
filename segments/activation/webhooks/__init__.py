"""The channel of webhooks: signed JSON to an address, in order, tried again for a day.

`channel` lays down what is to be sent, `sending` takes it up and writes down how it went, `messages` makes and
signs what is sent. Which addresses may be asked, asking and trying again are `cdp.posting`.
"""
