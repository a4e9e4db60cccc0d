"""Five kinds of receipt, each a function that says what stands where."""

from collections.abc import Callable

from .language import Language
from .randomness import Rng, weighted
from .receipt_parts import Cell, Gap, Receipt, right
from .receipt_sections import approval, foot, head, summary, totals, when


def shop(receipt: Receipt) -> None:
    """A till receipt: the longest kind, one or two rows an item."""
    head(receipt, lines=receipt.some(2, 4))
    when(receipt)
    receipt.rule()
    style = receipt.pick(['columns', 'columns', 'two rows', 'price only'])
    edges = receipt.pick([(0.62, 0.72, 1.0), (0.66, 0.78, 1.0), (0.6, 0.68, 1.0)])
    heads = [receipt.say('unit'), receipt.say('quantity'), receipt.say('amount')]
    if style != 'price only' or receipt.maybe(0.3):
        cells = list(map(right, heads, edges))
        receipt.row(receipt.say('item'), *(cells if style != 'price only' else cells[-1:]))
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
    phrases = receipt.phrases
    price, count = phrases.price(receipt.rng), receipt.pick([1, 1, 1, 2, 3, 6])
    name = receipt.pick(phrases.goods)
    numbers = [receipt.money(price, plain=True), str(count), receipt.money(price * count)]
    cells = list(map(right, numbers, edges))
    if style == 'two rows':
        receipt.line(f'{receipt.some(1, 40):03d} {name}' if receipt.maybe(0.5) else name)
        receipt.row(Cell(receipt.number('88##########'), 0.03), *cells)
    elif style == 'columns':
        receipt.row(name, *cells)
    else:
        receipt.row(f'{count} x {name}' if count > 1 else name, cells[-1])
    if receipt.maybe(0.12):
        offer = Cell(receipt.pick(phrases.offers), 0.06)
        receipt.row(offer, right(receipt.money(-price * 0.1, plain=True)))
    return price * count


def restaurant(receipt: Receipt) -> None:
    """A bill from the table: few wide rows, service and tip."""
    phrases = receipt.phrases
    head(receipt, lines=receipt.some(2, 4))
    if receipt.maybe(0.5):
        size = receipt.between(1.3, 2.2)
        order = f'{receipt.say("order")} {receipt.number("###")}'
        receipt.line(order, 'centre', size=size, bold=True)
    receipt.pair(
        f'{receipt.say("table")} {receipt.some(1, 40)}',
        f'{receipt.say("guests")} {receipt.some(1, 8)}',
    )
    when(receipt)
    receipt.rule()
    number_first = receipt.maybe(0.6)
    heads = receipt.say('item'), receipt.say('quantity'), receipt.say('amount')
    receipt.row(heads[0], right(heads[1], 0.72), right(heads[2]))
    receipt.rule()
    total = 0.0
    for _ in range(receipt.some(4, 12)):
        price, count = phrases.price(receipt.rng), receipt.some(1, 4)
        total += price * count
        amount, name = right(receipt.money(price * count)), receipt.pick(phrases.dishes)
        if number_first:
            receipt.row(str(count), Cell(name, 0.09), amount)
        else:
            receipt.row(name, right(str(count), 0.72), amount)
        if receipt.maybe(0.25):
            receipt.row(Cell(receipt.pick(phrases.wishes), 0.12))
    receipt.rule()
    totals(receipt, total)
    if receipt.maybe(0.4):
        receipt.gap()
        receipt.pair(receipt.say('tip'), '____________')
        receipt.pair(receipt.say('total'), '____________')
    foot(receipt, policies=receipt.some(0, 3), code=0.35)


def fuel(receipt: Receipt) -> None:
    """A slip from a pump or a car park."""
    phrases = receipt.phrases
    head(receipt, lines=receipt.some(2, 4))
    when(receipt)
    receipt.rule()
    total = phrases.price(receipt.rng, 1.6)
    if receipt.maybe(0.6):
        receipt.pair(receipt.say('pump'), receipt.number('0#'))
        receipt.pair(receipt.say('item'), receipt.pick(phrases.fuels))
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
    head(receipt, lines=receipt.some(1, 3))
    approval(receipt)
    when(receipt)
    receipt.line(receipt.say('sale'), 'centre', size=receipt.between(1.2, 1.8), bold=True)
    receipt.pair(receipt.say('card'), receipt.number('**** **** **** ####'))
    receipt.pair(receipt.say('entrytype'), receipt.number('0#/3#'))
    receipt.gap()
    total = receipt.phrases.price(receipt.rng, 2.0)
    receipt.pair(receipt.say('subtotal'), receipt.money(total * 0.9))
    receipt.pair(receipt.say('tax'), receipt.money(total * 0.1))
    label = receipt.say('total')
    receipt.pair(label, receipt.money(total), size=receipt.pick([1.25, 1.6, 2.0]), bold=True)
    receipt.gap()
    receipt.line(receipt.say('approved'), 'centre', bold=True)
    if receipt.maybe(0.6):
        receipt.draw('signature', receipt.between(2.5, 4.0))
        receipt.rule('_')
        receipt.line(receipt.say('signature'))
    foot(receipt, policies=receipt.some(1, 3), code=0.15)


def invoice(receipt: Receipt) -> None:
    """A wide sheet with a ruled table."""
    phrases = receipt.phrases
    shop_name, title = receipt.pick(phrases.shops), receipt.say('invoice')
    receipt.pair(shop_name, title, size=receipt.between(1.5, 2.0), bold=True)
    receipt.parts.append(Gap(0.5))
    for role in ('register', 'due', 'terms', 'bank'):
        left = receipt.pick(phrases.streets if role != 'due' else phrases.towns)
        receipt.pair(left, f'{receipt.say(role)} {receipt.number("##-####-##")}')
    receipt.rule('_')
    receipt.line(f'{receipt.say("to")} {receipt.pick(phrases.shops)}', bold=True)
    street, phone = receipt.pick(phrases.streets), receipt.say('tel')
    receipt.line(f'{street} {phone} {receipt.number("0##-###-####")}')
    receipt.gap(0.5, 1.2)
    edges, borders = (0.07, 0.66, 0.82, 0.99), (0.0, 0.085, 0.58, 0.68, 0.83, 1.0)
    heads = ('No.', receipt.say('quantity'), receipt.say('unit'), receipt.say('amount'))
    shade = receipt.pick([0.0, 0.14, 0.22, 1.0])
    receipt.rule('_')
    item = Cell(receipt.say('item'), 0.1)
    receipt.row(*map(right, heads, edges), item, bold=True, shade=shade, borders=borders)
    receipt.rule('_')
    total, ruled = 0.0, receipt.maybe(0.4)
    for number in range(receipt.some(6, 14)):
        price, count = phrases.price(receipt.rng, 3.0), receipt.some(1, 12)
        total += price * count
        prices = (receipt.money(value, plain=True) for value in (price, price * count))
        texts = (str(number + 1), str(count), *prices)
        work = Cell(receipt.pick(phrases.works), 0.1)
        receipt.row(*map(right, texts, edges), work, borders=borders)
        if ruled:
            receipt.rule('_')
    receipt.rule('_')
    for role, share in (('subtotal', 0.9), ('tax', 0.1), ('total', 1.0)):
        amount = receipt.money(total * share, plain=True)
        receipt.row(right(receipt.say(role), 0.82), right(amount, 0.99), bold=role == 'total')
    receipt.gap()
    for index in receipt.rng.permutation(len(phrases.policies))[: receipt.some(1, 3)]:
        receipt.paragraph(phrases.policies[int(index)], 'left', 0.85)
    receipt.pair(receipt.say('page'), receipt.pick(phrases.people))


def compose(rng: Rng, phrases: Language) -> Receipt:
    """A random receipt of a random kind."""
    kind = weighted(rng, {name: share for name, (_, share, _) in KINDS.items()})
    fill_in, _, (low, high) = KINDS[kind]
    receipt = Receipt(phrases, rng, int(rng.integers(low, high + 1)), wide=kind == 'invoice')
    fill_in(receipt)
    return receipt


# How often each kind is met, and how many characters wide its paper is.
KINDS: dict[str, tuple[Callable[[Receipt], None], float, tuple[int, int]]] = {
    'shop': (shop, 0.46, (32, 46)),
    'restaurant': (restaurant, 0.22, (30, 42)),
    'fuel': (fuel, 0.1, (26, 36)),
    'terminal': (terminal, 0.1, (24, 34)),
    'invoice': (invoice, 0.12, (58, 74)),
}
