"""Writes ends.gguf beside this file: a Llama of one layer with random weights, which names ends of a turn and a message.

python make.py [EOT EOM] (gguf 0.17, numpy 2.4): without the two, ends as plain.gguf, which shows what the model writes.
"""

import pathlib
import sys

import gguf
import numpy

HERE = pathlib.Path(__file__).parent
WIDTH, HEADS, HIDDEN = 8, 1, 16
TOKENS = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)] + ["▁"] + [
    chr(ord("a") + index) for index in range(26)
]


def write(name, **ends):
    random = numpy.random.default_rng(3)
    file = gguf.GGUFWriter(HERE / f"{name}.gguf", "llama")
    file.add_context_length(64)
    file.add_embedding_length(WIDTH)
    file.add_block_count(1)
    file.add_feed_forward_length(HIDDEN)
    file.add_head_count(HEADS)
    file.add_head_count_kv(HEADS)
    file.add_rope_dimension_count(WIDTH // HEADS)
    file.add_layer_norm_rms_eps(1e-5)
    file.add_vocab_size(len(TOKENS))
    file.add_tokenizer_model("llama")
    file.add_token_list(TOKENS)
    file.add_token_scores([-float(index) for index in range(len(TOKENS))])
    kinds = [2, 3, 3] + [6] * 256 + [1] * (len(TOKENS) - 259)
    file.add_token_types(kinds)
    file.add_bos_token_id(1)
    file.add_eos_token_id(2)
    file.add_add_space_prefix(False)
    for key, token in ends.items():
        file.add_uint32(f"tokenizer.ggml.{key}_token_id", TOKENS.index(token))

    def tensor(name, *shape):
        file.add_tensor(name, random.normal(0, 1, shape).astype(numpy.float32))

    def ones(name):
        file.add_tensor(name, numpy.ones(WIDTH, dtype=numpy.float32))

    tensor("token_embd.weight", len(TOKENS), WIDTH)
    random = numpy.random.default_rng(4)
    head = numpy.zeros((len(TOKENS), WIDTH), dtype=numpy.float32)
    head[260:] = random.normal(0, 1, (len(TOKENS) - 260, WIDTH))  # only letters are written
    file.add_tensor("output.weight", head)
    ones("output_norm.weight")
    ones("blk.0.attn_norm.weight")
    ones("blk.0.ffn_norm.weight")
    for part in "qkv":
        tensor(f"blk.0.attn_{part}.weight", WIDTH, WIDTH)
    tensor("blk.0.attn_output.weight", WIDTH, WIDTH)
    tensor("blk.0.ffn_gate.weight", HIDDEN, WIDTH)
    tensor("blk.0.ffn_up.weight", HIDDEN, WIDTH)
    tensor("blk.0.ffn_down.weight", WIDTH, HIDDEN)
    file.write_header_to_file()
    file.write_kv_data_to_file()
    file.write_tensors_to_file()
    file.close()


if len(sys.argv) > 1:
    write("ends", eot=sys.argv[1], eom=sys.argv[2])
else:
    write("plain")
