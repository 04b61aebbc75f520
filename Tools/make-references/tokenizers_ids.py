"""What the wheels `tokenizers` and `tiktoken` make of texts that are hard on a tokenizer.

    python tokenizers_ids.py ../shared/tokenizers Packages/Models/Tests/TokenizationTests/Fixtures

writes `ids.json`: for each tokenizer.json of the first folder, and each in `tokenizers` of the second, the ids of the texts
below and a digest of the ids of many random ones, and the same for tiktoken's two patterns over a small rank file, which
it writes beside.
The random texts are drawn by the generator that `RandomText` of the tests has, so that they need no file.
"""

import base64
import hashlib
import json
import pathlib
import sys

import tiktoken
import tiktoken_ext.openai_public as openai
from tokenizers import Tokenizer

TEXTS = [
    "", " ", "  ", "\n", "\r\n\r\n", " \n \t ", "Hello world", " Hello  World!!", "it's IT'S it'ſ we'll've 'tis",
    "3.14159 10000 ½ ٣٤ Ⅷ", "x=1;\n\tif (y) {\n\t\treturn  \"z\";  }\n\n\n", "naïve café — “quoted” … 100 %",
    "e\u0301 \u1e9b\u0323 \u212b \uac00", "Ünïcödé ǅ ʰ ñandú", "Привет, мир", "你好，世界。こんにちは", "🦙 👩‍👩‍👧 é̂",
    "\u00a0\u2003x\u0085y\u200bz\x00", "    indented\n        more", "end of text<|endoftext|> and <|im_start|>user\n",
    "                                  spaces", "a" * 60 + " " * 70 + "\n" * 9, "don't stop-me_now/again//",
    "XMLHttpRequest JSONData iPhone McDonald",
]

ALPHABET = [
    " ", "  ", "\n", "\r", "\t", "'s", "'LL", "'", "’", "ſ", "a", "re", "Z", "The", "ing", "é", "e\u0301", "ß", "ǅ", "ʰ",
    "中", "文", "か", "ж", "Я", "א", "1", "23", "²", "½", "٣", "!", "/", "...", "<|", "|>", "🦙", "\u200d", "\u00a0",
    "\u3000", "\u0085", "\u200b", "\x00", "\x1c", "_", "\U0001d7d9", "\U00020000", "\u0b95\u0bbe",
]


def random_texts(count):
    state = 1
    for _ in range(count):
        text = ""
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        for _ in range(1 + (state >> 33) % 24):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            text += ALPHABET[(state >> 33) % len(ALPHABET)]
        yield text


def digest(encode, count=20_000):
    """SHA-free, so that the tests need no library: FNV-1a over the decimal ids, a space after each, a newline a text."""
    value = 0xCBF29CE484222325
    for text in random_texts(count):
        for byte in ("".join(f"{i} " for i in encode(text)) + "\n").encode():
            value = (value ^ byte) * 0x100000001B3 % 2**64
    return f"{value:016x}"


def case(encode):
    return {"ids": [encode(text) for text in TEXTS], "random": digest(encode)}


def main(source, target):
    result = {"texts": TEXTS}
    for path in sorted(pathlib.Path(source).glob("*/tokenizer.json")):
        tokenizer = Tokenizer.from_file(str(path))
        result[path.parent.name] = case(lambda text: tokenizer.encode(text, add_special_tokens=False).ids)
    for path in sorted(pathlib.Path(target, "tokenizers").glob("*.json")):
        tokenizer = Tokenizer.from_file(str(path))
        result[path.stem] = case(lambda text: tokenizer.encode(text).ids)

    # All bytes, then the merges of a few words: enough for merges to compete.
    tokens = [bytes([i]) for i in range(256)]
    for word in ["the", "The", "ing", " the", " a", "'ll", "'s", "re", "23", "...", "  ", "\n\n", "é", "中", "ж", "🦙", "a re"]:
        raw = word.encode()
        for length in range(2, len(raw) + 1):
            for start in range(len(raw) - length + 1):
                if raw[start:start + length] not in tokens:
                    tokens.append(raw[start:start + length])
    ranks = {token: rank for rank, token in enumerate(tokens)}
    lines = "".join(f"{base64.b64encode(token).decode()} {rank}\n" for token, rank in ranks.items())
    pathlib.Path(target, "small.tiktoken").write_text(lines)
    openai.load_tiktoken_bpe = lambda *_, **__: {}
    for name in ["cl100k_base", "o200k_base"]:
        encoding = tiktoken.Encoding(
            name, pat_str=getattr(openai, name)()["pat_str"], mergeable_ranks=ranks,
            special_tokens={"<|endoftext|>": 100257, "<|im_start|>": 100264, "<|im_end|>": 100265})
        result[name] = case(lambda text: encoding.encode(text, allowed_special="all"))
    pathlib.Path(target, "ids.json").write_text(json.dumps(result, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
