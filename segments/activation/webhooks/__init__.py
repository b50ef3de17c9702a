"""The channel of webhooks: signed JSON to an address, in order, tried again for a day.

`channel` lays down what is to be sent, `sending` takes it up and writes down how it went, `posting` asks the
address, `addresses` says which ones may be asked, `messages` makes and signs what is sent, `retries` decides what
an answer means.
"""
