"""Asks a server as others do: lm-evaluation-harness's local-completions and local-chat-completions, and OpenAI's package.

usage: served_peers.py ADDRESS MODEL. Reads pairs of context and continuation as JSON; writes what each client found.
"""

import asyncio
import json
import sys

from lm_eval.api.instance import Instance
from lm_eval.models.openai_completions import LocalChatCompletion, LocalCompletionsAPI
from openai import OpenAI


def main():
    address, model = sys.argv[1:]
    pairs = json.load(sys.stdin)
    found = {}
    for name, tokenized in (("ids", True), ("text", False)):
        client = LocalCompletionsAPI(
            base_url=f"{address}/v1/completions", model=model, tokenizer_backend="remote", num_concurrent=4,
            tokenized_requests=tokenized,
        )
        asked = [Instance("loglikelihood", {}, tuple(pair), index) for index, pair in enumerate(pairs)]
        found[name] = client.loglikelihood(asked)
    prompts = [Instance("generate_until", {}, (pair[0], {"until": ["."], "max_gen_toks": 12}), 0) for pair in pairs]
    found["generated"] = client.generate_until(prompts)
    chat = LocalChatCompletion(base_url=f"{address}/v1/chat/completions", model=model, tokenizer_backend=None, eos_string="<e>")
    turn = chat.apply_chat_template([{"role": "user", "content": "cat"}])
    found["chat"] = chat.generate_until([Instance("generate_until", {}, (turn, {"until": ["."], "max_gen_toks": 8}), 0)])
    openai = OpenAI(base_url=f"{address}/v1", api_key="none")
    found["models"] = [entry.id for entry in openai.models.list()]
    settings = dict(model=model, prompt=pairs[0][0], max_tokens=12, temperature=0)
    found["whole"] = openai.completions.create(**settings).choices[0].text
    found["stream"] = "".join(part.choices[0].text for part in openai.completions.create(**settings, stream=True))
    messages = [{"role": "user", "content": "cat"}]
    parts = openai.chat.completions.create(model=model, messages=messages, max_tokens=8, temperature=0, stream=True)
    found["chat stream"] = "".join(part.choices[0].delta.content or "" for part in parts)
    answer = openai.chat.completions.create(
        model=model, messages=messages, max_tokens=8, temperature=0, logprobs=True, top_logprobs=3
    )
    found["chat whole"] = answer.choices[0].message.content
    found["top"] = [len(token.top_logprobs) for token in answer.choices[0].logprobs.content]
    json.dump(found, sys.stdout)


main()
