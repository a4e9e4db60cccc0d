"""The sections that most receipts share: head, date rows, totals, card rows and foot."""

import numpy as np

from .receipt_parts import Anchor, Receipt, right

# Rows above a total: how often they are there, and their share of it.
_SUMS = (
    ('subtotal', 0.85, 0.91),
    ('discount', 0.3, -0.05),
    ('tax', 0.75, 0.09),
    ('service', 0.22, 0.1),
    ('rounding', 0.22, 0.0),
)
_DATES = ('{y}-{m:02}-{d:02}', '{d:02}/{m:02}/{y}', '{d:02}.{m:02}.{y}', '{y}/{m:02}/{d:02}')
_STRETCH = (1.0, 1.0, 1.0, 0.7, 1.4)  # Receipt printers double the height or the width alone.
# What a card terminal prints, as patterns of digits and capitals.
_APPROVAL = {
    'merchant': '########',
    'device': '@@-######',
    'approval': '0#####',
    'batch': '00##',
    'trace': '######',
}


def head(receipt: Receipt, *, lines: int) -> None:
    """Logo, shop name, address and registration, centred or at the left."""
    phrases = receipt.phrases
    anchor: Anchor = 'centre' if receipt.maybe(0.8) else 'left'
    if receipt.maybe(0.4):
        receipt.draw('logo', receipt.between(2.0, 4.5), 0.5 if anchor == 'centre' else 0.15)
        receipt.gap()
    size = receipt.between(1.2, 2.1)
    look = {'size': size, 'stretch': receipt.pick(_STRETCH), 'bold': receipt.maybe(0.7)}
    receipt.line(receipt.pick(phrases.shops), anchor, **look)
    if receipt.maybe(0.35):
        receipt.line(receipt.pick(phrases.slogans), anchor, size=receipt.between(0.9, 1.4))
    details = [
        receipt.pick(phrases.streets),
        receipt.pick(phrases.towns),
        f'{receipt.say("tel")} {receipt.number("0##-####-####")}',
        f'{receipt.say("register")} {receipt.number("###-##-#####")}',
    ]
    for text in details[:lines]:
        receipt.line(text, anchor, size=receipt.pick([1.0, 1.0, 0.9]))
    receipt.gap()


def when(receipt: Receipt) -> None:
    """Date, time, till and cashier on two or three rows."""
    year, month, day = receipt.some(2020, 2029), receipt.some(1, 12), receipt.some(1, 28)
    date = receipt.pick(_DATES).format(y=year, m=month, d=day)
    time = f'{receipt.some(7, 22):02d}:{receipt.some(0, 59):02d}'
    if receipt.maybe(0.4):
        time += f':{receipt.some(0, 59):02d}'
    receipt.pair(
        f'{receipt.say("date")} {date}',
        f'{receipt.say("time")} {time}' if receipt.maybe(0.5) else time,
    )
    receipt.pair(
        f'{receipt.say("receipt")} {receipt.number("@##-0####")}',
        f'{receipt.say("till")} {receipt.number("0#")}',
    )
    if receipt.maybe(0.6):
        receipt.line(f'{receipt.say("cashier")} {receipt.pick(receipt.phrases.people)}')


def totals(receipt: Receipt, total: float) -> None:
    """Subtotal to change, with the total set larger."""
    for role, probability, share in _SUMS:
        if receipt.maybe(probability):
            receipt.pair(receipt.say(role), receipt.money(total * share))
    if receipt.maybe(0.5):
        receipt.rule()
    large = receipt.pick([1.0, 1.25, 1.5, 1.9])
    shade = receipt.pick([0.0, 0.0, 0.0, 0.0, 1.0, 0.16])
    look = {'size': large, 'stretch': receipt.pick(_STRETCH), 'bold': True, 'shade': shade}
    receipt.pair(receipt.say('total'), receipt.money(total), **look)
    if receipt.maybe(0.5):
        note = 20 * receipt.phrases.price_step
        paid = np.ceil(total / note) * note
        receipt.pair(receipt.say('cash'), receipt.money(paid))
        receipt.pair(receipt.say('change'), receipt.money(paid - total))
    else:
        card = f'{receipt.say("card")} {receipt.number("####-****-****-##**")}'
        receipt.pair(card, receipt.money(total))
        if receipt.maybe(0.7):
            receipt.pair(receipt.say('approval'), receipt.number('########'))


def summary(receipt: Receipt, total: float) -> None:
    """The small tax table under many totals."""
    receipt.rule()
    receipt.line(receipt.say('summary'))
    heads = receipt.say('rate'), receipt.say('net'), receipt.say('tax').split()[0]
    receipt.row(heads[0], right(heads[1], 0.66), right(heads[2]))
    for code in ('A', 'Z')[: receipt.some(1, 2)]:
        net, tax = (receipt.money(total * share, plain=True) for share in (0.9, 0.1))
        receipt.row(f'{code} {receipt.some(0, 20)}%', right(net, 0.66), right(tax))


def foot(receipt: Receipt, *, policies: int, code: float = 0.5) -> None:
    """Points, small print, thanks and something to scan."""
    phrases = receipt.phrases
    anchor: Anchor = 'centre' if receipt.maybe(0.7) else 'left'
    if receipt.maybe(0.35):
        receipt.rule()
        receipt.pair(receipt.say('member'), receipt.number('####-####-##'))
        receipt.pair(receipt.say('points'), receipt.number('#,###'))
    receipt.gap()
    size = receipt.pick([1.0, 1.0, 0.85, 0.72])
    for index in receipt.rng.permutation(len(phrases.policies))[:policies]:
        receipt.paragraph(phrases.policies[int(index)], anchor, size)
    receipt.gap()
    receipt.line(receipt.pick(phrases.thanks), anchor, bold=receipt.maybe(0.4))
    if receipt.maybe(code):
        receipt.gap(0.4, 1.0)
        if receipt.maybe(0.35):
            receipt.draw('qr', receipt.between(4.5, 7.0), receipt.pick([0.5, 0.5, 0.2]))
        else:
            receipt.draw('barcode', receipt.between(1.8, 3.2))
            pattern = receipt.pick(['#############', '## #### ###### ##', '@@######'])
            receipt.line(receipt.number(pattern), 'centre')


def approval(receipt: Receipt) -> None:
    """The rows a card terminal prints."""
    receipt.rule()
    for role, pattern in _APPROVAL.items():
        if receipt.maybe(0.8):
            receipt.pair(receipt.say(role), receipt.number(pattern))
    if receipt.maybe(0.5):
        receipt.pair('AID', receipt.number('A00000000#1010'))
