"""The records of the API, declared once each: their elements, in the order of version 3.1's answers.

A column that starts no element is not answered; an item used in requests only may stand anywhere in
its record. `old` is version 3.0's order.
"""
