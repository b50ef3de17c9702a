"""Tags and segments of the customers whose messages were taken in, brought up to this moment.

What a step of taking in was about is kept (`cdp.live.models.Step`) until it has been followed, so nothing is missed
when somebody dies in between. Only what may have changed is asked, of those customers alone, over what the lake has
of them and what is on its way. What compares customers with each other waits for its next refresh, and so does what
is built on it.
"""
