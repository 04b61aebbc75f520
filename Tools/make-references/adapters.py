"""LoRA adapters over small random models, one folder a case: adapters.py DENSE FIXTURES FOLDER [CASE …]

DENSE and FIXTURES hold the models (dense.py, backbones.py). Each case is what `save_pretrained` of `peft` writes, and
expected.json with the model's folder (`base`), `ids` [T] and `logProbabilities` [T - 1] of the model with the adapter, in
float64 on the tensors as the files hold them.
"""

import json
import shutil
import sys
from pathlib import Path

import peft
import torch
import transformers
from dense import log_probabilities

# By name: the folder and name of the model, and settings of the adapter.
CASES = {
    "plain": ("Dense", "granite", dict(r=3, lora_alpha=5, target_modules=["q_proj", "down_proj"])),
    "stabilized": ("Dense", "smollm3", dict(r=4, lora_alpha=3, use_rslora=True, target_modules="all-linear")),
    "patterns": ("Dense", "arcee-biases", dict(
        r=2, lora_alpha=4, target_modules=["q_proj", "v_proj", "up_proj"], bias="all", rank_pattern={"v_proj": 5},
        alpha_pattern={"layers.1.self_attn.q_proj": 7})),
    "fused": ("Dense", "phi3", dict(r=2, lora_alpha=6, target_modules=["qkv_proj", "gate_up_proj"])),
    "embedding": ("Dense", "seed_oss", dict(r=2, lora_alpha=3, target_modules=["embed_tokens", "o_proj"], modules_to_save=["lm_head"])),
    "transposed": ("Fixtures", "gpt2", dict(r=3, lora_alpha=4, target_modules=["c_attn", "c_proj"], fan_in_fan_out=True)),
}  # fmt: skip


def write(name, folders, root):
    kind, base, settings = CASES[name]
    source, target = folders[kind] / base, root / name
    model = transformers.AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32, attn_implementation="eager").eval()
    adapted = peft.get_peft_model(model, peft.LoraConfig(task_type="CAUSAL_LM", **settings)).eval()
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for path, parameter in adapted.named_parameters():
            if parameter.requires_grad:
                parameter.add_((0.2 * torch.randn(parameter.shape, generator=generator)).to(torch.bfloat16).float())
    ids = torch.randint(0, model.config.vocab_size, (1, 70), generator=generator)
    shutil.rmtree(target, ignore_errors=True)
    adapted.save_pretrained(target)
    (target / "README.md").unlink(missing_ok=True)
    settings = json.loads((target / "adapter_config.json").read_text())
    settings["base_model_name_or_path"] = base
    (target / "adapter_config.json").write_text(json.dumps(settings, indent=2) + "\n")
    found = log_probabilities(adapted, ids).tolist()
    (target / "expected.json").write_text(
        json.dumps(dict(base=f"{kind}/{base}", ids=ids[0].tolist(), logProbabilities=[round(x, 9) for x in found])) + "\n")


if __name__ == "__main__":
    folders = dict(Dense=Path(sys.argv[1]), Fixtures=Path(sys.argv[2]))
    for case in sys.argv[4:] or CASES:
        write(case, folders, Path(sys.argv[3]))
