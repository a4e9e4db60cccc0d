"""Five kinds of receipt, each a function that says what stands where."""

from collections.abc import Callable

import numpy as np

from .elements import Cell, Figure, Gap, Receipt, Row
from .language import Language, pick
from .sections import approval, foot, head, summary, totals, when


def shop(receipt: Receipt) -> None:
    """A till receipt: the longest kind, one or two rows an item."""
    rng = receipt.rng
    head(receipt, lines=receipt.some(2, 4))
    when(receipt)
    receipt.rule()
    style = pick(rng, ['columns', 'columns', 'two rows', 'price only'])
    edges = pick(rng, [(0.62, 0.72, 1.0), (0.66, 0.78, 1.0), (0.6, 0.68, 1.0)])
    heads = [receipt.say('unit'), receipt.say('quantity'), receipt.say('amount')]
    if style != 'price only' or receipt.maybe(0.3):
        cells = [Cell(text, x, 'right') for text, x in zip(heads, edges, strict=True)]
        receipt.add(
            Row((Cell(receipt.say('item')), *(cells if style != 'price only' else cells[-1:])))
        )
        receipt.rule()
    total = 0.0
    for _ in range(receipt.some(5, 15) if style != 'two rows' else receipt.some(4, 11)):
        total += _shop_item(receipt, style, edges)
    receipt.rule()
    if receipt.maybe(0.5):
        receipt.pair(receipt.say('count'), receipt.number('1#' if receipt.maybe(0.4) else '#'))
    totals(receipt, total)
    if receipt.maybe(0.5):
        summary(receipt, total)
    foot(receipt, policies=receipt.some(0, 4), code=0.6)


def _shop_item(receipt: Receipt, style: str, edges: tuple[float, ...]) -> float:
    phrases, rng = receipt.phrases, receipt.rng
    price, count = phrases.price(rng), int(pick(rng, [1, 1, 1, 2, 3, 6]))
    name = pick(rng, phrases.goods)
    numbers = [receipt.money(price, plain=True), str(count), receipt.money(price * count)]
    cells = [Cell(text, x, 'right') for text, x in zip(numbers, edges, strict=True)]
    if style == 'two rows':
        receipt.line(f'{receipt.some(1, 40):03d} {name}' if receipt.maybe(0.5) else name)
        receipt.add(Row((Cell(receipt.number('88##########'), 0.03), *cells)))
    elif style == 'columns':
        receipt.add(Row((Cell(name), *cells)))
    else:
        receipt.add(Row((Cell(f'{count} x {name}' if count > 1 else name), cells[-1])))
    if receipt.maybe(0.12):
        receipt.add(
            Row(
                (
                    Cell(pick(rng, phrases.offers), 0.06),
                    Cell(receipt.money(-price * 0.1, plain=True), 1.0, 'right'),
                )
            )
        )
    return price * count


def restaurant(receipt: Receipt) -> None:
    """A bill from the table: few wide rows, service and tip."""
    phrases, rng = receipt.phrases, receipt.rng
    head(receipt, lines=receipt.some(2, 4))
    if receipt.maybe(0.5):
        size = float(rng.uniform(1.3, 2.2))
        receipt.line(
            f'{receipt.say("order")} {receipt.number("###")}', 'centre', size=size, bold=True
        )
    receipt.pair(
        f'{receipt.say("table")} {receipt.some(1, 40)}',
        f'{receipt.say("guests")} {receipt.some(1, 8)}',
    )
    when(receipt)
    receipt.rule()
    number_first = receipt.maybe(0.6)
    receipt.add(
        Row(
            (
                Cell(receipt.say('item')),
                Cell(receipt.say('quantity'), 0.72, 'right'),
                Cell(receipt.say('amount'), 1.0, 'right'),
            )
        )
    )
    receipt.rule()
    total = 0.0
    for _ in range(receipt.some(4, 12)):
        price, count = phrases.price(rng), receipt.some(1, 4)
        total += price * count
        amount, name = Cell(receipt.money(price * count), 1.0, 'right'), pick(rng, phrases.dishes)
        first = (
            (Cell(str(count)), Cell(name, 0.09))
            if number_first
            else (Cell(name), Cell(str(count), 0.72, 'right'))
        )
        receipt.add(Row((*first, amount)))
        if receipt.maybe(0.25):
            receipt.add(Row((Cell(pick(rng, phrases.wishes), 0.12),)))
    receipt.rule()
    totals(receipt, total)
    if receipt.maybe(0.4):
        receipt.gap()
        receipt.pair(receipt.say('tip'), '____________')
        receipt.pair(receipt.say('total'), '____________')
    foot(receipt, policies=receipt.some(0, 3), code=0.35)


def fuel(receipt: Receipt) -> None:
    """A slip from a pump or a car park."""
    rng, phrases = receipt.rng, receipt.phrases
    head(receipt, lines=receipt.some(2, 4))
    when(receipt)
    receipt.rule()
    total = phrases.price(rng, 1.6)
    if receipt.maybe(0.6):
        receipt.pair(receipt.say('pump'), receipt.number('0#'))
        receipt.pair(receipt.say('item'), pick(rng, phrases.fuels))
        receipt.pair(receipt.say('volume'), receipt.number('##.##'))
        receipt.pair(receipt.say('per'), receipt.number('1.##9'))
    else:
        receipt.pair(receipt.say('plate'), receipt.number('@@# ####'), size=1.3)
        receipt.pair(receipt.say('entry'), receipt.number('202#-03-1# 09:1#'))
        receipt.pair(receipt.say('leave'), receipt.number('202#-03-1# 17:4#'))
        receipt.pair(receipt.say('stay'), receipt.number('8h 3#m'))
    receipt.gap()
    totals(receipt, total)
    approval(receipt)
    foot(receipt, policies=receipt.some(1, 2), code=0.5)


def terminal(receipt: Receipt) -> None:
    """A card terminal's slip, often with a line to sign on."""
    rng, phrases = receipt.rng, receipt.phrases
    head(receipt, lines=receipt.some(1, 3))
    approval(receipt)
    when(receipt)
    receipt.line(receipt.say('sale'), 'centre', size=float(rng.uniform(1.2, 1.8)), bold=True)
    receipt.pair(receipt.say('card'), receipt.number('**** **** **** ####'))
    receipt.pair(receipt.say('entrytype'), receipt.number('0#/3#'))
    receipt.gap()
    total = phrases.price(rng, 2.0)
    receipt.pair(receipt.say('subtotal'), receipt.money(total * 0.9))
    receipt.pair(receipt.say('tax'), receipt.money(total * 0.1))
    receipt.pair(
        receipt.say('total'),
        receipt.money(total),
        size=float(pick(rng, [1.25, 1.6, 2.0])),
        bold=True,
    )
    receipt.gap()
    receipt.line(receipt.say('approved'), 'centre', bold=True)
    if receipt.maybe(0.6):
        receipt.add(Figure('signature', float(rng.uniform(2.5, 4.0))))
        receipt.rule('_')
        receipt.line(receipt.say('signature'))
    foot(receipt, policies=receipt.some(1, 3), code=0.15)


def invoice(receipt: Receipt) -> None:
    """A wide sheet with a ruled table."""
    phrases, rng = receipt.phrases, receipt.rng
    receipt.pair(
        pick(rng, phrases.shops),
        receipt.say('invoice'),
        size=float(rng.uniform(1.5, 2.0)),
        bold=True,
    )
    receipt.add(Gap(0.5))
    for role in ('register', 'due', 'terms', 'bank'):
        left = pick(rng, phrases.streets if role != 'due' else phrases.towns)
        receipt.pair(left, f'{receipt.say(role)} {receipt.number("##-####-##")}')
    receipt.rule('_')
    receipt.line(f'{receipt.say("to")} {pick(rng, phrases.shops)}', bold=True)
    receipt.line(
        f'{pick(rng, phrases.streets)} {receipt.say("tel")} {receipt.number("0##-###-####")}'
    )
    receipt.gap(0.5, 1.2)
    edges, borders = (0.07, 0.66, 0.82, 0.99), (0.0, 0.085, 0.58, 0.68, 0.83, 1.0)
    heads = ('No.', receipt.say('quantity'), receipt.say('unit'), receipt.say('amount'))
    shade = float(pick(rng, [0.0, 0.14, 0.22, 1.0]))
    receipt.rule('_')
    cells = [Cell(text, x, 'right') for text, x in zip(heads, edges, strict=True)]
    receipt.add(
        Row((*cells, Cell(receipt.say('item'), 0.1)), bold=True, shade=shade, borders=borders)
    )
    receipt.rule('_')
    total, ruled = 0.0, receipt.maybe(0.4)
    for number in range(receipt.some(6, 14)):
        price, count = phrases.price(rng, 3.0), receipt.some(1, 12)
        total += price * count
        texts = (
            str(number + 1),
            str(count),
            receipt.money(price, plain=True),
            receipt.money(price * count, plain=True),
        )
        cells = [Cell(text, x, 'right') for text, x in zip(texts, edges, strict=True)]
        receipt.add(Row((*cells, Cell(pick(rng, phrases.works), 0.1)), borders=borders))
        if ruled:
            receipt.rule('_')
    receipt.rule('_')
    for role, share in (('subtotal', 0.9), ('tax', 0.1), ('total', 1.0)):
        cells = (
            Cell(receipt.say(role), 0.82, 'right'),
            Cell(receipt.money(total * share, plain=True), 0.99, 'right'),
        )
        receipt.add(Row(cells, bold=role == 'total'))
    receipt.gap()
    for index in rng.permutation(len(phrases.policies))[: receipt.some(1, 3)]:
        receipt.paragraph(phrases.policies[int(index)], 'left', 0.85)
    receipt.pair(receipt.say('page'), pick(rng, phrases.people))


def compose(rng: np.random.Generator, phrases: Language) -> Receipt:
    """A random receipt of a random kind."""
    kinds = list(KINDS)
    kind = kinds[int(rng.choice(len(kinds), p=[KINDS[name][1] for name in kinds]))]
    layout, _, (low, high) = KINDS[kind]
    receipt = Receipt(phrases, rng, int(rng.integers(low, high + 1)), wide=kind == 'invoice')
    layout(receipt)
    return receipt


Layout = Callable[[Receipt], None]
# How often each kind is met, and how many characters wide its paper is.
KINDS: dict[str, tuple[Layout, float, tuple[int, int]]] = {
    'shop': (shop, 0.46, (32, 46)),
    'restaurant': (restaurant, 0.22, (30, 42)),
    'fuel': (fuel, 0.1, (26, 36)),
    'terminal': (terminal, 0.1, (24, 34)),
    'invoice': (invoice, 0.12, (58, 74)),
}
