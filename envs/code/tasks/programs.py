"""The family of account books, written as whole programs."""

# ruff: noqa: E501  (menus are tables, one rule a row)

from __future__ import annotations

import random
from typing import Any

from rlvr_gym.envs.code.tasks.rules import Family, Menu, Rules, Slot, many, numbers, one

__all__ = ["LEDGER"]

_OVERDRAW: Menu = (
    one("refuse", "it is refused: nothing changes and the word 'refused' is printed on a line of its own", "output.append('refused')\ncontinue"),
    one("part", "only what is there is taken, so that the balance becomes 0", "amount = balance"),
    many("credit", "it is still carried out if the balance does not fall below -{k}; otherwise nothing changes and 'refused' is printed on a line of its own", "if balance - amount < -{k}:\n    output.append('refused')\n    continue", (5, 10, 20, 30)),
    many("fine", "it is carried out and {k} more is taken as a fine, so that the balance becomes negative", "amount += {k}", range(1, 9)),
    one("close", "the account is emptied and closed: it is as if it had never been used", "accounts.pop(name, None)\ncontinue"),
)  # fmt: skip

_FEE: Menu = (
    many("flat", "Each deposit is reduced by a fee of {k}, but never below 0.", "amount = max(0, amount - {k})", range(1, 5)),
    many("share", "Of each deposit, a fee of one {k}th of the amount (rounded down) is kept back.", "amount -= amount // {k}", range(4, 11)),
    many("bonus", "Each deposit of at least {k} is increased by 5.", "amount += 5 if amount >= {k} else 0", range(10, 50, 10)),
    many("limit", "Of each deposit at most {k} is accepted; the rest is lost.", "amount = min(amount, {k})", range(20, 60, 10)),
    one("full", "Deposits are accepted in full.", "amount = amount"),
)  # fmt: skip

_SHOW: Menu = (
    one("name", "by name in ascending order as Python compares strings", "sorted(accounts)"),
    one("balance", "by balance in descending order, those with equal balances by name in ascending order as Python compares strings", "sorted(accounts, key=lambda n: (-accounts[n], n))"),
    one("use", "in the order in which the accounts were first used (a closed account that is used again counts as new)", "list(accounts)"),
    one("length", "by the length of the name, names of equal length in ascending order as Python compares strings", "sorted(accounts, key=lambda n: (len(n), n))"),
)  # fmt: skip

_LAYOUT: Menu = (
    one("colon", "NAME: BALANCE", "f'{n}: {accounts[n]}'"),
    one("padded", "NAME, padded with '.' on the right to 8 characters, directly followed by BALANCE", "f'{n:.<8}{accounts[n]}'"),
    one("tuple", "NAME=BALANCE", "f'{n}={accounts[n]}'"),
    one("front", "BALANCE, a space and NAME", "f'{accounts[n]} {n}'"),
    one("signed", "NAME, a space and BALANCE with a sign in front ('+' for 0 too)", "f'{n} {accounts[n]:+d}'"),
)  # fmt: skip

_HIDE: Menu = (
    one("zero", "Accounts with balance 0 are left out.", "accounts[n] != 0"),
    many("small", "Accounts with a balance below {k} are left out.", "accounts[n] >= {k}", range(1, 20, 3)),
    one("all", "All accounts are listed.", "True"),
    many("even", "Accounts with a balance divisible by {k} are left out.", "accounts[n] % {k} != 0", range(2, 6)),
)  # fmt: skip

_NIGHT: Menu = (
    many("interest", "'night' adds to each account with a positive balance one {k}th of that balance, rounded down.", "for n in accounts:\n    if accounts[n] > 0:\n        accounts[n] += accounts[n] // {k}", range(3, 9)),
    many("charge", "'night' subtracts {k} from the balance of each account.", "for n in accounts:\n    accounts[n] -= {k}", range(1, 6)),
    one("halve", "'night' halves each balance, rounded down.", "for n in accounts:\n    accounts[n] //= 2"),
    one("swap", "'night' changes the sign of each negative balance.", "for n in accounts:\n    accounts[n] = abs(accounts[n])"),
    many("drop", "'night' closes every account with a balance below {k}: it is as if it had never been used.", "for n in list(accounts):\n    if accounts[n] < {k}:\n        del accounts[n]", range(5, 25, 5)),
)  # fmt: skip

_LAST: Menu = (
    one("none", "Nothing more is printed.", ""),
    one("total", "At the end a line 'total T' is printed, where T is the sum of the balances of all accounts, listed or not.", "output.append(f'total {sum(accounts.values())}')"),
    one("count", "At the end a line 'accounts C' is printed, where C is the number of all accounts, listed or not.", "output.append(f'accounts {len(accounts)}')"),
    one("refusals", "At the end a line 'refused R' is printed, where R is the number of lines 'refused' before.", "output.append(f\"refused {output.count('refused')}\")"),
)  # fmt: skip


def _ledger_slots(level: int) -> tuple[Slot, ...]:
    slots = [Slot("overdraw", _OVERDRAW), Slot("fee", _FEE), Slot("show", _SHOW), Slot("layout", _LAYOUT)]
    extra = (Slot("hide", _HIDE), Slot("night", _NIGHT), Slot("last", _LAST), Slot("transfer", numbers(0, 5)))
    return (*slots, *extra[: level - 1])


def _ledger_prose(level: int) -> str:
    lines = [
        "The input consists of lines, each with one command; words are separated by single spaces, amounts are ints >= 0, and names consist of letters. Blank lines are skipped. An account comes into being with balance 0 when its name is first used.",
        "- 'in NAME AMOUNT': a deposit; the balance of the account grows by the amount. $fee",
        "- 'out NAME AMOUNT': the balance falls by the amount. If the amount is greater than the balance, $overdraw.",
    ]
    if level >= 5:
        lines.append(
            "- 'move NAME OTHER AMOUNT': if the balance of NAME is at least the amount plus $transfer, the amount and $transfer more are taken from NAME, and the amount is added to OTHER without the rules for deposits. Otherwise nothing changes and 'refused' is printed on a line of its own. Both accounts come into being in any case, NAME first."
        )
    if level >= 3:
        lines.append("- $night")
    lines.append(
        "After the last command one line is printed for each account, $show, in the form $layout."
        + (" $hide" if level >= 2 else "")
    )
    if level >= 4:
        lines.append("$last")
    return "\n".join(lines)


def _ledger_source(level: int) -> str:
    lines = [
        "def solve(text):",
        "    accounts, output = {}, []",
        "    for line in text.splitlines():",
        "        words = line.split()",
        "        if not words:",
        "            continue",
    ]
    if level >= 3:
        lines += ["        if words[0] == 'night':", "            $night", "            continue"]
    if level >= 5:
        lines += [
            "        if words[0] == 'move':",
            "            name, other, amount = words[1], words[2], int(words[3])",
            "            accounts.setdefault(name, 0)",
            "            accounts.setdefault(other, 0)",
            "            if accounts[name] >= amount + $transfer:",
            "                accounts[name] -= amount + $transfer",
            "                accounts[other] += amount",
            "            else:",
            "                output.append('refused')",
            "            continue",
        ]
    lines += [
        "        name, amount = words[1], int(words[2])",
        "        balance = accounts.setdefault(name, 0)",
        "        if words[0] == 'in':",
        "            $fee",
        "            accounts[name] = balance + amount",
        "            continue",
        "        if amount > balance:",
        "            $overdraw",
        "        accounts[name] = balance - amount",
        "    for n in $show:",
        "        if " + ("$hide:" if level >= 2 else "True:"),
        "            output.append($layout)",
    ]
    if level >= 4:
        lines.append("    $last")
    return "\n".join([*lines, "    return ''.join(line + '\\n' for line in output)"])


def _books(rng: random.Random, level: int, rules: Rules) -> tuple[Any, ...]:
    names = ("ann", "Bo", "cleo", "Dan", "ev")
    lines = []
    for _ in range(rng.randint(4, 8 + level)):
        kinds = [
            "in",
            "in",
            "out",
            "out",
            *(["night"] if level >= 3 else []),
            *(["move"] if level >= 5 else []),
        ]
        kind = rng.choice(kinds)
        first, second = rng.sample(names, 2)
        tail = {"night": "", "move": f" {first} {second} {rng.randint(0, 30)}"}.get(
            kind, f" {first} {rng.randint(0, 60)}"
        )
        lines.append(kind + tail)
    return ("\n".join(lines) + "\n",)


LEDGER = Family(
    name="ledger",
    entry="",
    signature="",
    slots=_ledger_slots,
    prose=_ledger_prose,
    source=_ledger_source,
    inputs=_books,
    edges=(
        ("in ann 0\n",),
        ("out ann 5\n",),
        ("in ann 40\nout ann 40\nout ann 1\nin Bo 25\n",),
        ("in cleo 7\n\nin Bo 7\nin Dan 33\nout cleo 9\nin cleo 12\nout Dan 2\n",),
    ),
)
