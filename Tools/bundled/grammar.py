"""Probabilistic grammars over ASCII text whose entropy is computed, not estimated.

A grammar is a tree of four kinds of node. Every node draws strings, reads them back with their
log-probability (in nats), and knows in closed form the entropy of its derivations, its expected and greatest
length in bytes, and the number of its derivations. Where every string has one derivation only, which
`count_strings(node) == node.derivations` proves by counting, the entropy of the derivations is the text's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Callable, Iterator

Reading = tuple[int, float]  # where a reading of the text ends, and its log-probability


@dataclass(frozen=True, eq=False)
class Text:
    """A fixed string."""

    text: str

    def draw(self, random) -> str:
        return self.text

    def read(self, text: str, start: int) -> Iterator[Reading]:
        if text.startswith(self.text, start):
            yield start + len(self.text), 0.0

    entropy = 0.0
    derivations = 1

    @property
    def expected_length(self) -> float:
        return len(self.text)

    @property
    def greatest_length(self) -> int:
        return len(self.text)

    def first_bytes(self) -> dict[str, float]:
        """The distribution of the first byte; the empty string stands for no byte."""
        return {self.text[:1]: 1.0}

    def automaton(self, states: "Automaton", start: int) -> int:
        for letter in self.text:
            start = states.step(start, letter)
        return start


class Choice:
    """One of several nodes, with fixed probabilities."""

    def __init__(self, *weighted: tuple[float, "Node"]):
        total = sum(weight for weight, _ in weighted)
        self.probabilities = [weight / total for weight, _ in weighted]
        self.nodes = [node for _, node in weighted]
        self.entropy = sum(
            p * (node.entropy - math.log(p)) for p, node in zip(self.probabilities, self.nodes))
        self.expected_length = sum(
            p * node.expected_length for p, node in zip(self.probabilities, self.nodes))
        self.greatest_length = max(node.greatest_length for node in self.nodes)
        self.derivations = sum(node.derivations for node in self.nodes)

    def draw(self, random) -> str:
        point = random.random()
        for p, node in zip(self.probabilities, self.nodes):
            point -= p
            if point < 0:
                return node.draw(random)
        return self.nodes[-1].draw(random)

    def read(self, text: str, start: int) -> Iterator[Reading]:
        for p, node in zip(self.probabilities, self.nodes):
            for end, log_probability in node.read(text, start):
                yield end, log_probability + math.log(p)

    def first_bytes(self) -> dict[str, float]:
        mixture: dict[str, float] = {}
        for p, node in zip(self.probabilities, self.nodes):
            for letter, q in node.first_bytes().items():
                mixture[letter] = mixture.get(letter, 0.0) + p * q
        return mixture

    def automaton(self, states: "Automaton", start: int) -> int:
        end = states.add()
        for node in self.nodes:
            states.join(node.automaton(states, start), end)
        return end


class Sequence:
    """Nodes one after the other, drawn independently."""

    def __init__(self, *nodes: "Node"):
        self.nodes = nodes
        self.entropy = sum(node.entropy for node in nodes)
        self.expected_length = sum(node.expected_length for node in nodes)
        self.greatest_length = sum(node.greatest_length for node in nodes)
        self.derivations = math.prod(node.derivations for node in nodes)

    def draw(self, random) -> str:
        return "".join(node.draw(random) for node in self.nodes)

    def read(self, text: str, start: int) -> Iterator[Reading]:
        def rest(index: int, start: int) -> Iterator[Reading]:
            if index == len(self.nodes):
                yield start, 0.0
                return
            for end, first in self.nodes[index].read(text, start):
                for last, others in rest(index + 1, end):
                    yield last, first + others

        return rest(0, start)

    def first_bytes(self) -> dict[str, float]:
        found: dict[str, float] = {"": 1.0}
        for node in self.nodes:
            undecided = found.pop("", 0.0)
            if undecided == 0.0:
                return found
            for letter, p in node.first_bytes().items():
                found[letter] = found.get(letter, 0.0) + undecided * p
        return found

    def automaton(self, states: "Automaton", start: int) -> int:
        for node in self.nodes:
            start = node.automaton(states, start)
        return start


class Computed:
    """What a node draws, a mark, and then a string that follows from what was drawn: it adds no entropy.

    The argument must never contain the mark, and what follows must show where the consequence ends; then it
    can be cut out without loss, and the proof by counting leaves it out. `expected_consequence` is the
    consequence's expected length, in closed form; a test compares it with an enumeration.
    """

    def __init__(self, argument: "Node", mark: str, consequence: Callable[[str], str],
                 expected_consequence: float, greatest_consequence: int):
        self.argument, self.mark, self.consequence = argument, mark, consequence
        self.entropy = argument.entropy
        self.expected_length = argument.expected_length + len(mark) + expected_consequence
        self.greatest_length = argument.greatest_length + len(mark) + greatest_consequence
        self.derivations = argument.derivations

    def draw(self, random) -> str:
        argument = self.argument.draw(random)
        return argument + self.mark + self.consequence(argument)

    def read(self, text: str, start: int) -> Iterator[Reading]:
        for end, log_probability in self.argument.read(text, start):
            remainder = self.mark + self.consequence(text[start:end])
            if text.startswith(remainder, end):
                yield end + len(remainder), log_probability

    def first_bytes(self) -> dict[str, float]:
        return self.argument.first_bytes()

    def automaton(self, states: "Automaton", start: int) -> int:
        return Text(self.mark).automaton(states, self.argument.automaton(states, start))


Node = Text | Choice | Sequence | Computed


def words(*texts: str) -> Choice:
    """One of the words; the n-th has a weight of 1 / (n + 3), so that frequencies differ as in real text."""
    return Choice(*((1 / (rank + 4), Text(text)) for rank, text in enumerate(texts)))


def uniform(*texts: str) -> Choice:
    """One of the strings, all equally likely."""
    return Choice(*((1, Text(text)) for text in texts))


def log_probability(node: Node, text: str) -> float | None:
    """The exact log-probability in nats that `node` draws `text`, or none where it cannot."""
    found = [value for end, value in node.read(text, 0) if end == len(text)]
    if not found:
        return None
    if len(found) > 1:
        raise ValueError(f"'{text}' has {len(found)} derivations")
    return found[0]


class Automaton:
    """A nondeterministic automaton without cycles: letters and empty steps out of each state."""

    def __init__(self):
        self.letters: list[list[tuple[str, int]]] = [[]]
        self.empty: list[list[int]] = [[]]

    def add(self) -> int:
        self.letters.append([])
        self.empty.append([])
        return len(self.letters) - 1

    def step(self, start: int, letter: str) -> int:
        end = self.add()
        self.letters[start].append((letter, end))
        return end

    def join(self, start: int, end: int) -> None:
        self.empty[start].append(end)

    def closure(self, states: set[int]) -> frozenset[int]:
        found, pending = set(states), list(states)
        while pending:
            for state in self.empty[pending.pop()]:
                if state not in found:
                    found.add(state)
                    pending.append(state)
        return frozenset(found)


def count_strings(node: Node) -> int:
    """How many different strings a node can draw, consequences cut out (by subset construction)."""
    states = Automaton()
    accepting = node.automaton(states, 0)
    counted: dict[frozenset[int], int] = {}

    def count(subset: frozenset[int]) -> int:
        if subset not in counted:
            following: dict[str, set[int]] = {}
            for state in subset:
                for letter, end in states.letters[state]:
                    following.setdefault(letter, set()).add(end)
            counted[subset] = (accepting in subset) + sum(
                count(states.closure(ends)) for ends in following.values())
        return counted[subset]

    return count(states.closure({0}))
