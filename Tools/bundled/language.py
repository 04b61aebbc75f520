"""The bundled language: three kinds of small documents, each ended by its only full stop.

    sentences   the old cat near the kings sleeps.    the verb agrees with its subject, not with nouns between
    copying     copy: bado ki luto > bado ki luto.    one to five nonsense words, then the same words
    sums        7+5=12; 30+48=78.                     one to eight sums of operands below 100

A full stop occurs nowhere else, so no document is the beginning of another one, and the end of the text is
certain once the stop is read. Documents are drawn independently.
"""

from __future__ import annotations

import math

from grammar import Choice, Computed, Node, Sequence, Text, log_probability, uniform, words

BLOCK_SIZE = 128
END_OF_TEXT = 257

NOUNS = ("cat", "dog", "bird", "king", "poet", "robot", "queen", "frog",
         "baker", "pilot", "clown", "nurse", "tiger", "guard", "snake", "horse")
INTRANSITIVE_VERBS = ("run", "sleep", "sing", "wait", "jump", "dream", "smile", "dance")
TRANSITIVE_VERBS = ("see", "hear", "like", "help", "follow", "chase", "greet", "paint")
NUMBERS = ("singular", "plural")

determiner = words("the", "my", "our")
adjective = words("old", "small", "young", "tall", "brave", "happy", "quiet", "proud")
preposition = words("near", "behind", "with", "above", "beside")
adverb = words("often", "today", "slowly", "alone")


def noun(number: str) -> Node:
    return words(*(word + ("s" if number == "plural" else "") for word in NOUNS))


def verb(stems: tuple[str, ...], number: str) -> Node:
    return words(*(stem + ("s" if number == "singular" else "") for stem in stems))


def optional(probability: float, node: Node) -> Node:
    return Choice((probability, node), (1 - probability, Text("")))


def noun_phrase(number: str) -> Node:
    return Sequence(determiner, Text(" "), optional(0.4, Sequence(adjective, Text(" "))), noun(number))


any_noun_phrase = Choice(*((0.5, noun_phrase(number)) for number in NUMBERS))
prepositional_phrase = Sequence(Text(" "), preposition, Text(" "), any_noun_phrase)


def subject(number: str) -> Node:
    """A noun phrase and up to two prepositional phrases, whose nouns may mislead about the number."""
    return Sequence(
        noun_phrase(number),
        Choice((0.35, Text("")), (0.4, prepositional_phrase),
               (0.25, Sequence(prepositional_phrase, prepositional_phrase))))


def predicate(number: str) -> Node:
    return Choice(
        (0.4, Sequence(verb(INTRANSITIVE_VERBS, number), optional(0.4, Sequence(Text(" "), adverb)))),
        (0.6, Sequence(verb(TRANSITIVE_VERBS, number), Text(" "), any_noun_phrase,
                       optional(0.25, prepositional_phrase))))


def sentence(number: str) -> Node:
    return Sequence(subject(number), Text(" "), predicate(number), Text("."))


syllable = Sequence(uniform(*"bdfgklmnprst"), uniform(*"aeiou"))
nonsense_word = Choice((0.3, syllable), (0.5, Sequence(syllable, syllable)),
                       (0.2, Sequence(syllable, syllable, syllable)))


def nonsense_words(greatest: int) -> Node:
    """One to `greatest` words, each number of words equally likely."""
    if greatest == 1:
        return nonsense_word
    return Sequence(nonsense_word, Choice(
        (1 / greatest, Text("")), (1 - 1 / greatest, Sequence(Text(" "), nonsense_words(greatest - 1)))))


COPY = "copy: "
copied_words = nonsense_words(5)
copying = Sequence(
    Text(COPY),
    Computed(copied_words, " > ", lambda argument: argument,
             copied_words.expected_length, copied_words.greatest_length),
    Text("."))

one_digit = uniform(*(str(value) for value in range(10)))
two_digits = uniform(*(str(value) for value in range(10, 100)))
ONE_DIGIT_SHARE = 0.3
operand = Choice((ONE_DIGIT_SHARE, one_digit), (1 - ONE_DIGIT_SHARE, two_digits))


def total(addition: str) -> str:
    left, right = addition.split("+")
    return str(int(left) + int(right))


def expected_total_length() -> float:
    """The expected number of digits of a sum, over all pairs of operands."""
    weights = [(value, ONE_DIGIT_SHARE / 10) for value in range(10)]
    weights += [(value, (1 - ONE_DIGIT_SHARE) / 90) for value in range(10, 100)]
    return math.fsum(p * q * len(str(left + right)) for left, p in weights for right, q in weights)


addition = Computed(Sequence(operand, Text("+"), operand), "=", total, expected_total_length(), 3)


def additions(greatest: int) -> Node:
    """One to `greatest` sums, each number of sums equally likely."""
    if greatest == 1:
        return addition
    return Sequence(addition, Choice(
        (1 / greatest, Text("")), (1 - 1 / greatest, Sequence(Text("; "), additions(greatest - 1)))))


sums = Sequence(additions(8), Text("."))
sentences = Choice(*((0.5, sentence(number)) for number in NUMBERS))

KINDS = {"sentences": (0.4, sentences), "copying": (0.3, copying), "sums": (0.3, sums)}
document = Choice(*KINDS.values())


def draw_documents(random):
    """An endless stream of documents."""
    while True:
        yield document.draw(random)


def document_log_probability(text: str) -> float:
    """The exact log-probability of a document in nats, with or without its end, which is certain."""
    value = log_probability(document, text)
    if value is None:
        raise ValueError(f"'{text}' is not a document of the language")
    return value


def first_byte_log_probability(text: str) -> float:
    """The exact log-probability of a document's first byte, in nats."""
    return math.log(document.first_bytes()[text[0]])


def encode(text: str) -> list[int]:
    """Ids of the `bytes` tokenizer: Latin-1 code plus one (0 is padding, 257 the end of text)."""
    return [code + 1 for code in text.encode("latin-1")]


def decode(ids) -> str:
    """The text of ids; ids that stand for no byte give nothing."""
    return bytes(i - 1 for i in ids if 1 <= i <= 256).decode("latin-1")


def floors() -> dict[str, float]:
    """The least cross-entropy that any model can have, in nats a scored token, for three ways of counting.

    `after_first`: the ids of the text alone, all scored but the first (n ids score n - 1 positions).
    `prefixed`: an end-of-text id goes first, so that all n ids of the text are scored.
    `with_end`: as `prefixed`, and the end of text after the document is scored too (it is certain).
    """
    first = -sum(p * math.log(p) for p in document.first_bytes().values())
    length = document.expected_length
    return {
        "after_first": (document.entropy - first) / (length - 1),
        "prefixed": document.entropy / length,
        "with_end": document.entropy / (length + 1),
    }
