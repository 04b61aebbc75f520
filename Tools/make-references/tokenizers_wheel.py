"""What the wheel `tokenizers` makes of texts, for the tests that compare with it; and small tokenizers to compare.

    python tokenizers_wheel.py train FOLDER TEXT.txt …
    python tokenizers_wheel.py encode TOKENIZER.json TEXTS.json OUT
    python tokenizers_wheel.py time TOKENIZER.json TEXTS.json REPEATS

`train` writes tokenizers of Llama's kind, small and with odd settings, as `NAME.json` into the folder; the tests have
them among their fixtures. `encode` reads a
list of texts and writes `OUT.ids` (no special tokens added), `OUT.full` (what the file adds, added), `OUT.ordinary`
(names of special tokens are text), a line a text, and `OUT.decoded` (the ids' texts, JSON). `time` prints the seconds that the quickest of some runs took over all texts.
"""

import json
import pathlib
import sys
import time

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

MARK = "\u2581"
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
SPECIAL = ["<unk>", "<s>", "</s>"]


def llama(texts, size, **model):
    """BPE over characters with byte fallback, as Llama 2's file has it: no pre-tokenizer, a mark before each text."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True, **model))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend(MARK), normalizers.Replace(" ", MARK)])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(MARK, "merged_with_next")  # for training only
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=SPECIAL + BYTES, limit_alphabet=90, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer = Tokenizer.from_str(tokenizer.to_str())
    tokenizer.pre_tokenizer = None
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace(MARK, " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)])
    return without_byte_specials(tokenizer)


def without_byte_specials(tokenizer, edit=lambda spec: None):
    """The trainer takes bytes as special tokens; in real files they are tokens like any other."""
    spec = json.loads(tokenizer.to_str())
    spec["added_tokens"] = [token for token in spec["added_tokens"] if token["content"] not in BYTES]
    edit(spec)
    return Tokenizer.from_str(json.dumps(spec))


def metaspace(texts, size, scheme, split, unknown):
    """BPE over the pieces of Metaspace; without byte fallback unless `unknown` is None."""
    fallback = unknown is None
    tokenizer = Tokenizer(models.BPE(unk_token=unknown or "<unk>", fuse_unk=False, byte_fallback=fallback))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(MARK, scheme, True)
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=SPECIAL + (BYTES if fallback else []), limit_alphabet=70, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(MARK, scheme, split)
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace(MARK, scheme, split)])
    tokenizer = without_byte_specials(tokenizer)
    tokenizer.add_tokens([
        AddedToken("<mask>", lstrip=True, normalized=False), AddedToken("<pad>", rstrip=True, normalized=False),
        AddedToken("key", single_word=True, normalized=True), AddedToken("a b", normalized=True)])
    return tokenizer


def gemma(texts, size):
    """Spaces become marks before anything else, nothing is put before a text; NFC and a collapsing Replace besides."""
    tokenizer = llama(texts, size)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(" {4,}"), "   "), normalizers.Replace(" ", MARK)])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.decoder = decoders.Sequence([decoders.Replace(MARK, " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)])])
    return tokenizer


def unigram(texts, size, fallback):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(MARK, "always", True)
    tokenizer.decoder = decoders.Metaspace(MARK, "always", True)
    tokenizer.train_from_iterator(
        texts, trainers.UnigramTrainer(
            vocab_size=size, unk_token="<unk>", special_tokens=SPECIAL + (BYTES if fallback else []), show_progress=False))

    def edit(spec):
        spec["model"]["byte_fallback"] = fallback
        if fallback:
            spec["decoder"] = {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, spec["decoder"]]}

    return without_byte_specials(tokenizer, edit)


def splits(texts, size):
    """Bytes, cut by every behaviour that a Split may have."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split("e", "isolated"), pre_tokenizers.Split("\n", "merged_with_previous"),
        pre_tokenizers.Split("t", "merged_with_next"), pre_tokenizers.Split(Regex(" {2,}"), "contiguous"),
        pre_tokenizers.Split("q", "removed"), pre_tokenizers.Digits(individual_digits=False),
        pre_tokenizers.ByteLevel(add_prefix_space=True, use_regex=True)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.train_from_iterator(
        texts, trainers.BpeTrainer(
            vocab_size=size, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return tokenizer


def train(folder, *files):
    texts = [line for file in files for line in pathlib.Path(file).read_text().splitlines(keepends=True)]
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        "llama": llama(texts, 800),
        "gemma": gemma(texts, 700),
        "whole": llama(texts, 600, ignore_merges=True),
        "metaspace-always": metaspace(texts, 500, "always", True, "<unk>"),
        "metaspace-first": metaspace(texts, 700, "first", False, None),
        "metaspace-never": metaspace(texts, 500, "never", True, "<unk>"),
        "unigram": unigram(texts, 400, False),
        "unigram-bytes": unigram(texts, 700, True),
        "splits": splits(texts, 500),
    }
    for name, tokenizer in made.items():
        tokenizer.save(str(folder / f"{name}.json"), pretty=False)


def encode(path, texts, out):
    tokenizer = Tokenizer.from_file(path)
    texts = json.loads(pathlib.Path(texts).read_text())

    def write(kind, rows):
        pathlib.Path(f"{out}.{kind}").write_text("".join(" ".join(map(str, row)) + "\n" for row in rows))

    ids = [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    write("ids", ids)
    write("full", (tokenizer.encode(text).ids for text in texts))
    decoded = [tokenizer.decode(row, skip_special_tokens=False) for row in ids]
    pathlib.Path(f"{out}.decoded").write_text(json.dumps(decoded))
    tokenizer.encode_special_tokens = True
    write("ordinary", (tokenizer.encode(text, add_special_tokens=False).ids for text in texts))


def measure(path, texts, repeats):
    tokenizer = Tokenizer.from_file(path)
    texts = json.loads(pathlib.Path(texts).read_text())
    best = float("inf")
    for _ in range(int(repeats)):
        for encode in [tokenizer.encode_batch, tokenizer.encode_batch_fast]:  # with offsets and without
            start = time.perf_counter()
            encode(texts)
            best = min(best, time.perf_counter() - start)
    print(best)


if __name__ == "__main__":
    {"train": train, "encode": encode, "time": measure}[sys.argv[1]](*sys.argv[2:])
