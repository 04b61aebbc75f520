"""Stands before `evaluate serve` and lacks what other servers lack.

usage: narrow_server.py ADDRESS KIND, where KIND is `text` (takes and gives texts only), `chat` (has no completions) or
`prompt_logprobs` (scores prompts as vLLM does, and not by `echo`). Prints its port; ends with its standard input.
"""

import http.server
import json
import sys
import threading
import urllib.error
import urllib.request

ADDRESS, KIND = sys.argv[1:]
STANDARD = {"model", "prompt", "max_tokens", "temperature", "top_p", "seed", "stop", "messages"}


def forward(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(ADDRESS + path, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def refusal(status, message):
    return status, {"error": {"message": message}}


def prompt_logprobs(body):
    """What vLLM answers, made of an echo."""
    body = {**body, "echo": True, "logprobs": 1, "max_tokens": 0, "return_tokens_as_token_ids": True}
    del body["prompt_logprobs"]
    status, answer = forward("/v1/completions", body)
    for choice in answer.get("choices", []):
        found, lists = [None], choice["logprobs"]
        for index, id in list(enumerate(body["prompt"]))[1:]:
            entry = {name.removeprefix("token_id:"): {"logprob": value} for name, value in lists["top_logprobs"][index].items()}
            found.append({**entry, str(id): {"logprob": lists["token_logprobs"][index]}})
        choice["prompt_logprobs"] = found
    return status, answer


def answer(path, body):
    if KIND == "prompt_logprobs":
        if body and body.get("echo"):
            return refusal(400, "no echo")
        return prompt_logprobs(body) if body and "prompt_logprobs" in body else forward(path, body)
    if path == "/tokenizer_info" or (KIND == "chat" and path == "/v1/completions"):
        return refusal(404, "not here")
    if body is not None:
        if isinstance(body.get("prompt"), list):
            return refusal(400, "prompt must be a string.")
        if unknown := sorted(set(body) - STANDARD):
            return refusal(422, f"unexpected {unknown}")
    return forward(path, body)


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def reply(self, body):
        status, value = answer(self.path, body)
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        self.reply(None)

    def do_POST(self):
        self.reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
