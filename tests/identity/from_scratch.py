"""Who is who told from the start, in plain Python, batch after batch and link after link. Knows no product.

An identifier is (type, value). `TYPES` are in the order of trust; a row goes with its first, its anchor.
"""

TYPES = ("phone", "email", "device")
SHARED = {"device"}
MOST = {"phone": 2, "email": 3}
BLOCKED = "z"


def identifiers(row):
    return [(kind, value) for kind, value in zip(TYPES, row, strict=True) if value and value != BLOCKED]


def rank(identifier):
    return TYPES.index(identifier[0]), identifier[1]


def told(batches, same, apart):
    """The customers as sets of identifiers.

    `batches`: number → rows, in use; `same`: (number of the newest batch then, one, other); `apart`: pairs.
    """
    world = World(apart)
    first = {}
    for number, rows in batches.items():
        for row in rows:
            for one in identifiers(row):
                first.setdefault(one, number)
    said = [
        (max(after, first[one], first[other]), one, other)
        for after, one, other in same
        if one in first and other in first
    ]
    for number in sorted({*batches, *(at for at, _one, _other in said)}):
        world.show(batches.get(number, []))
        for at, one, other in said:
            if at == number:
                world.link(one, other, by_hand=True)
    return world.customers


class World:
    def __init__(self, apart):
        self.apart = apart
        self.customers = []

    def show(self, rows):
        links = set()
        for row in rows:
            mine = identifiers(row)
            for one in mine:
                if not any(one in customer for customer in self.customers):
                    self.customers.append({one})
            links |= {(mine[0], along) for along in mine[1:]}
        for anchor, along in sorted(links, key=lambda link: (link[1][0] in SHARED, rank(link[1]), rank(link[0]))):
            self.link(anchor, along)

    def of(self, identifier):
        return next(customer for customer in self.customers if identifier in customer)

    def link(self, one, other, by_hand=False):
        mine, theirs = self.of(one), self.of(other)
        if mine is not theirs and self.may(mine, theirs, other, by_hand):
            self.customers.remove(theirs)
            mine |= theirs

    def may(self, mine, theirs, along, by_hand):
        for one, other in self.apart:
            if (one in mine and other in theirs) or (one in theirs and other in mine):
                return False
        if by_hand:
            return True
        if along[0] in SHARED and all(any(kind not in SHARED for kind, _ in side) for side in (mine, theirs)):
            return False
        for kind, most in MOST.items():
            counts = [sum(own == kind for own, _ in side) for side in (mine, theirs)]
            if all(counts) and sum(counts) > most:
                return False
        return True
