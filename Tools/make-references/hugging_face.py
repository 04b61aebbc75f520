"""A GGUF model as a folder of the Hub, float32: hugging_face.py MODEL.gguf TOKENIZER_FOLDER OUT"""

import pathlib
import shutil
import sys

import torch
import transformers


def main(path, tokenizer, out):
    path = pathlib.Path(path)
    read = transformers.AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32)
    config = transformers.AutoConfig.from_pretrained(path.parent, gguf_file=path.name)
    model = type(read)(config)  # a model that was dequantised refuses to be saved
    model.load_state_dict(read.state_dict())
    model.float().save_pretrained(out)
    for file in pathlib.Path(tokenizer).iterdir():
        shutil.copy(file, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
