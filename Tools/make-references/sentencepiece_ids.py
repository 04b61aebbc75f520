"""Small models of SentencePiece and their ids: sentencepiece_ids.py FOLDER TEXT …

FOLDER gets a folder a case, with tokenizer.model trained on the TEXT files and ids.json: texts, and what the `sentencepiece`
package makes of them.
"""

import io
import json
import sys
from pathlib import Path

import sentencepiece

PLAIN = dict(normalization_rule_name="identity", remove_extra_whitespaces=False, num_threads=1)
CASES = {
    "bpe": dict(PLAIN, model_type="bpe", vocab_size=700, byte_fallback=True, character_coverage=0.99),
    "bpe-unprefixed": dict(
        PLAIN, model_type="bpe", vocab_size=600, byte_fallback=True, add_dummy_prefix=False, split_digits=True,
        user_defined_symbols=["<mark>"], control_symbols=["<turn>"], pad_id=0, eos_id=1, bos_id=2, unk_id=3,
    ),
    "unigram": dict(PLAIN, model_type="unigram", vocab_size=500, byte_fallback=True),
    "unigram-unknown": dict(PLAIN, model_type="unigram", vocab_size=300, character_coverage=0.98),
    "collapsed": dict(PLAIN, model_type="unigram", vocab_size=200, remove_extra_whitespaces=True),
}  # fmt: skip
TEXTS = [
    "Hello world", " a text that begins with a space", "two  spaces,\tand a\nline", "1234567 + 89", "naïve café, Ελληνικά",
    "日本語 and emoji 🙂🙃", "", " ", "trailing space ", "UPPER lower MiXeD", "a<mark>b", "end.",
    "The quick brown fox jumps over the lazy dog's back; it's 'quoted' \u201cso\u201d.", "\u2581 the mark itself",
]  # fmt: skip


def main(root, files):
    lines = [line for file in files for line in Path(file).read_text().splitlines() if line.strip()]
    for name, settings in CASES.items():
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines), model_writer=model, minloglevel=2, hard_vocab_limit=False, **settings
        )
        target = root / name
        target.mkdir(parents=True, exist_ok=True)
        (target / "tokenizer.model").write_bytes(model.getvalue())
        processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
        ids = [processor.encode(text) for text in TEXTS]
        (target / "ids.json").write_text(json.dumps(dict(texts=TEXTS, ids=ids), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
