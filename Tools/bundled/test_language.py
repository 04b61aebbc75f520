"""Checks of the language and the suite, in plain Python: python3 Tools/bundled/test_language.py"""

import itertools
import math
import random
import unittest
from pathlib import Path

import language
import suite
from grammar import Choice, Computed, Sequence, Text, count_strings, log_probability, uniform


def strings(node):
    """Every derivation of a small grammar, as (string, probability)."""
    match node:
        case Text():
            yield node.text, 1.0
        case Choice():
            for p, part in zip(node.probabilities, node.nodes):
                yield from ((text, p * q) for text, q in strings(part))
        case Sequence():
            for parts in itertools.product(*(list(strings(part)) for part in node.nodes)):
                yield "".join(text for text, _ in parts), math.prod(p for _, p in parts)
        case Computed():
            for text, p in strings(node.argument):
                yield text + node.mark + node.consequence(text), p


class GrammarTests(unittest.TestCase):
    """The closed forms against complete enumeration, where that is possible."""

    small = {
        "a choice": Choice((3, Text("ab")), (1, Text("a")), (2, Text(""))),
        "an addition": language.addition,
        "a noun phrase": language.any_noun_phrase,
        "two nonsense syllables": Sequence(language.syllable, Text(" "), language.syllable),
        "a copied syllable": Computed(language.syllable, " > ", lambda text: text, 2, 2),
    }

    def test_closed_forms_equal_enumeration(self):
        for name, node in self.small.items():
            with self.subTest(name):
                listed = list(strings(node))
                self.assertEqual(len(listed), node.derivations)
                self.assertAlmostEqual(math.fsum(p for _, p in listed), 1, places=12)
                entropy = math.fsum(-p * math.log(p) for _, p in listed)
                self.assertAlmostEqual(entropy, node.entropy, places=10)
                length = math.fsum(p * len(text) for text, p in listed)
                self.assertAlmostEqual(length, node.expected_length, places=10)
                self.assertEqual(max(len(text) for text, _ in listed), node.greatest_length)

    def test_counted_and_read_strings_equal_enumerated_ones(self):
        for name, node in self.small.items():
            with self.subTest(name):
                listed = dict(strings(node))
                self.assertEqual(len(listed), count_strings(node))
                for text, p in itertools.islice(listed.items(), 200):
                    self.assertAlmostEqual(log_probability(node, text), math.log(p), places=12)

    def test_an_ambiguous_grammar_is_found_out(self):
        ambiguous = Sequence(uniform("a", "ab"), uniform("c", "bc"))
        self.assertEqual(ambiguous.derivations, 4)
        self.assertEqual(count_strings(ambiguous), 3)
        with self.assertRaises(ValueError):
            log_probability(ambiguous, "abc")

    def test_a_string_outside_the_grammar_has_no_probability(self):
        self.assertIsNone(log_probability(language.addition, "7+5=13"))
        self.assertIsNone(log_probability(language.copying, "copy: ba > bo."))
        self.assertIsNone(log_probability(language.document, "the cat near the dogs run."))


class LanguageTests(unittest.TestCase):
    def test_is_unambiguous(self):
        """As many different strings as derivations, in each kind and in the whole."""
        for name, (_, node) in language.KINDS.items():
            with self.subTest(name):
                self.assertEqual(count_strings(node), node.derivations)
        self.assertEqual(count_strings(language.document), language.document.derivations)

    def test_consequences_can_be_cut_out(self):
        """What `Computed` asks: the marks occur in no argument, and each consequence has a visible end."""
        source = random.Random(3)
        for _ in range(2000):
            self.assertEqual(language.copying.draw(source).count(">"), 1)
            text = language.sums.draw(source)
            self.assertEqual(text.count("="), text.count("+"))
            self.assertEqual(text.count("="), 1 + text.count(";"))

    def test_fits_the_block_and_is_ascii(self):
        self.assertLessEqual(language.document.greatest_length, language.BLOCK_SIZE - 2)
        source = random.Random(4)
        for _ in range(2000):
            text = language.document.draw(source)
            self.assertTrue(text.isascii())
            self.assertEqual(text.index("."), len(text) - 1)

    def test_entropy_equals_the_mean_surprise(self):
        """The closed form lies within four standard errors of 20 000 draws; so does the expected length."""
        source, count = random.Random(5), 20_000
        texts = [language.document.draw(source) for _ in range(count)]
        for closed, values in (
                (language.document.entropy, [-language.document_log_probability(text) for text in texts]),
                (language.document.expected_length, [len(text) for text in texts])):
            mean = math.fsum(values) / count
            deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / count)
            self.assertLess(abs(mean - closed), 4 * deviation / math.sqrt(count))

    def test_first_bytes_are_a_distribution(self):
        self.assertAlmostEqual(math.fsum(language.document.first_bytes().values()), 1, places=12)
        value = language.first_byte_log_probability("copy: ba > ba.")
        self.assertAlmostEqual(value, math.log(0.3), places=12)

    def test_a_probability_by_hand(self):
        one = math.log(0.3 / 10)  # a given one-digit operand
        self.assertAlmostEqual(
            language.document_log_probability("7+5=12."),
            math.log(0.3) + 2 * one + math.log(1 / 8), places=12)
        syllable = -math.log(12 * 5)
        self.assertAlmostEqual(
            language.document_log_probability("copy: ba > ba."),
            math.log(0.3) + math.log(0.3) + syllable + math.log(1 / 5), places=12)

    def test_draws_are_fixed_by_the_seed(self):
        source = language.draw_documents(random.Random(1))
        self.assertEqual(
            next(source), "our young poets above the king see my proud tiger near our small kings.")

    def test_ids_are_those_of_the_bytes_tokenizer(self):
        self.assertEqual(language.encode("the"), [117, 105, 102])
        self.assertEqual(language.decode([0, 117, 105, 257, 102, 258]), "the")


class SuiteTests(unittest.TestCase):
    items = suite.suite()

    def test_is_what_the_binary_holds(self):
        data = Path(__file__).parents[2] / "Packages/Jobs/Sources/CBundled/data"
        for name, items in self.items.items():
            self.assertEqual((data / f"{name}.jsonl").read_text(), suite.as_lines(items), name)

    def test_has_its_sizes(self):
        self.assertEqual({name: len(items) for name, items in self.items.items()},
                         {"grammar_ppl": 400, "agreement": 300, "copying": 300, "sums": 300})

    def test_one_of_a_pair_is_grammatical(self):
        for item in self.items["agreement"]:
            texts = [item["prefix"] + ending for ending in item["continuations"]]
            readable = [log_probability(language.sentences, text) is not None for text in texts]
            self.assertEqual(readable, [item["answer"] == 0, item["answer"] == 1])

    def test_pairs_mislead_and_do_not_give_the_answer_away(self):
        items = self.items["agreement"]
        self.assertEqual(sum(item["attractors"] > 0 for item in items), 240)
        self.assertLess(abs(sum(item["answer"] for item in items) - 150), 40)
        verbs = [item["continuations"][item["answer"]].split()[0].rstrip(".") for item in items]
        singular = sum(verb.endswith("s") for verb in verbs)
        self.assertLess(abs(singular - 150), 40)

    def test_copies_and_sums_are_right(self):
        for item in self.items["copying"]:
            self.assertIsNotNone(log_probability(language.copying, item["text"]))
            self.assertTrue(item["text"].endswith(" > " + item["copied"]))
        for item in self.items["sums"]:
            self.assertIsNotNone(log_probability(language.addition, item["prompt"] + item["answer"]))


if __name__ == "__main__":
    unittest.main()
