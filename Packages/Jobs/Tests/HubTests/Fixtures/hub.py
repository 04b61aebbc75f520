"""A small Hub: it answers as huggingface.co does, and misbehaves on request. Python's standard library only.

It listens on a free port of 127.0.0.1, prints it, and ends when its standard input does. A folder that is given as
argument is the model `org/given`. The second host name that redirects lead to is `localhost`. `/log` lists the requests
so far.
"""

import gzip
import hashlib
import json
import os
import pathlib
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"
TAGGED = "76543210fedcba9876543210fedcba9876543210"
COMMITS = {"main": COMMIT, "v1": TAGGED, "refs/pr/1": TAGGED, COMMIT: COMMIT, TAGGED: TAGGED}
WEIGHTS = bytes(range(256)) * 4096  # 1 MiB
SMALL = {"config.json": b'{"model_type": "llama"}', "tokenizer.json": b"{}"}
INDEX = json.dumps({"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}})
EXTRA = {"README.md": b"read me", "onnx/model.onnx": b"never asked for", "pytorch_model.bin": b"never asked for"}

PLAIN = {**SMALL, **EXTRA, "model.safetensors": WEIGHTS}
MODELS = {name: PLAIN for name in (
    "plain", "private", "gated", "broken", "norange", "stuck", "damaged", "sizeless", "liar", "downgrade", "loop",
    "busy", "nonsense", "tagless", "mirror", "changing", "lying", "enormous", "enormous-body", "endless", "lengthless",
    "weary", "weary-long", "slow")}
MODELS |= {
    "sharded": {**SMALL, **EXTRA, "model.safetensors.index.json": INDEX.encode(),
                "model-00001-of-00002.safetensors": WEIGHTS[:1000], "model-00002-of-00002.safetensors": WEIGHTS[1:2000]},
    "quantized": {"config.json": b"{}", "model-q8_0.gguf": WEIGHTS[:5000]},
    "choices": {"a.gguf": b"1", "b.gguf": b"2"},
    "pickle": {**SMALL, "pytorch_model.bin": b"no"},
    "empty": SMALL,
    "evil": {**PLAIN, "../../../evil.json": b"{}"},
}
if len(sys.argv) > 1:
    MODELS["given"] = {path.name: path.read_bytes() for path in pathlib.Path(sys.argv[1]).iterdir()}

PARQUET = (pathlib.Path(__file__).parent / "../../ParquetTests/Fixtures/rle.parquet").read_bytes()
DATASETS = {"org/rows": ["default"], "org/shifted": ["x"], "org/shrinking": ["x"], "org/excess": ["x"], "org/hollow": ["x"],
            "org/failing": ["x"], "org/weary": ["x"], "org/private": ["main"], "org/two": ["x", "y"], "org/long": ["x"], "org/huge": ["x"]}

ROWS = "".join(json.dumps({"z": f"é{i}"}) + "\n" for i in range(3)).encode()
CARD = b"""---
configs:
- config_name: first
  data_files:
  - {split: test, path: "first/test-*.jsonl.gz"}
- config_name: second
  default: true
  data_files: {test: second.jsonl}
---
# Text
"""
CONVERTED = "refs/convert/parquet"
DATA_COMMITS = {"main": COMMIT, CONVERTED: TAGGED}
DATA = {
    "org/shards": {"main": {"README.md": b"no card", "data/train-00000-of-00001.jsonl": ROWS, "notes.txt": b"",
                            "data/test-00001-of-00002.jsonl": ROWS, "data/test-00000-of-00002.jsonl": ROWS * 2}},
    "org/card": {"main": {"README.md": CARD, "first/test-0.jsonl.gz": gzip.compress(ROWS), "second.jsonl": ROWS * 2}},
    "org/script": {"main": {"script.py": b"never asked for", "data.zip": b"never asked for"},
                   CONVERTED: {"x/test/0000.parquet": PARQUET, "x/test/0001.parquet": PARQUET, "x/partial-train/0000.parquet": b""}},
}

lock = threading.Lock()
log = []
broken = {}


def is_large(file):
    return file.endswith((".safetensors", ".gguf", ".bin"))


def etag(file, data):
    if is_large(file):
        return hashlib.sha256(data).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class Hub(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        if self.path == "/log":
            with lock:
                return self.answer(200, json.dumps(log).encode())
        with lock:
            log.append({"method": self.command, "path": self.path, "host": self.headers["Host"],
                        "token": self.headers["Authorization"], "range": self.headers["Range"],
                        "ifRange": self.headers["If-Range"]})
        if "weary" in self.path and self.is_tired():
            return
        parts = self.path.split("/")[1:]
        if parts[:2] == ["api", "models"]:
            return self.describe(parts[2], parts[3], urllib.parse.unquote("/".join(parts[5:])))
        if parts[:2] == ["api", "datasets"]:
            return self.describe_data("/".join(parts[2:4]), urllib.parse.unquote("/".join(parts[5:])))
        if parts[0].split("?")[0] in ("splits", "rows"):
            return self.dataset(self.path[1:])
        if parts[0] == "storage":
            return self.store(parts[1], "/".join(parts[2:]))
        if parts[0] == "datasets":
            return self.send_data("/".join(parts[1:3]), parts[4], "/".join(parts[5:]))
        if len(parts) < 5 or parts[2] != "resolve" or parts[3] not in COMMITS:
            return self.answer(404)
        return self.resolve(parts[1], parts[3], "/".join(parts[4:]))

    def is_tired(self):
        """Refuses each request once, and those of `weary-long` for an hour."""
        with lock:
            key = self.command + self.path
            broken[key] = broken.get(key, 0) + 1
        if "weary-long" in self.path:
            self.answer(429, Retry_After="3600")
        elif broken[key] == 1:
            self.answer(503, b"one moment", Retry_After="0")
        else:
            return False
        return True

    def dataset(self, request):
        """The server of data sets: `org/rows` has 250 rows, `org/private` wants a token."""
        path, _, text = request.partition("?")
        query = dict(urllib.parse.parse_qsl(text))
        name = query["dataset"]
        if name == "org/private" and self.headers["Authorization"] != "Bearer good":
            return self.answer(401, b"{}")
        if name not in DATASETS:
            return self.answer(404, b"{}")
        if path == "splits":
            splits = [{"dataset": name, "config": config, "split": "test"} for config in DATASETS[name]]
            return self.answer(200, json.dumps({"splits": splits}).encode())
        if name == "org/failing":
            return self.answer(500, b"{}")
        start = int(query["offset"])
        first = start + (1 if name == "org/shifted" and start else 0)
        total = 200 if name == "org/shrinking" and start else 120 if name == "org/excess" else 250
        rows = [{"row_idx": i, "row": {"z": f"é{i}", "a": [i, None, 0.5]},
                 "truncated_cells": ["z"] if name == "org/long" else []}
                for i in range(first, 0 if name == "org/hollow" else min(first + int(query["length"]), 250))]
        self.answer(200, json.dumps({"features": [], "rows": rows, "num_rows_total": total,
                                     "partial": name == "org/huge"}).encode())

    def describe_data(self, name, revision):
        """Data sets as files, by their revisions; `org/rows` and others are known to the server of rows only."""
        if name not in DATA or revision not in DATA[name]:
            return self.answer(404, b"{}", X_Error_Code="RevisionNotFound" if name in DATA else "RepoNotFound")
        siblings = [{"rfilename": file} for file in DATA[name][revision]]
        sha = DATA_COMMITS[revision]
        self.answer(200, json.dumps({"id": name, "sha": sha, "siblings": siblings}).encode())

    def send_data(self, name, commit, file):
        revision = {sha: revision for revision, sha in DATA_COMMITS.items()}.get(commit)
        body = DATA.get(name, {}).get(revision, {}).get(urllib.parse.unquote(file))
        if body is None:
            return self.answer(404, b"", X_Error_Code="EntryNotFound")
        self.answer(200, body, ETag='"%s"' % hashlib.sha256(body).hexdigest())

    def refuses(self, model):
        token = self.headers["Authorization"]
        if model == "private" and token != "Bearer good":
            self.answer(401, b"{}", X_Error_Code="RepoNotFound")
        elif model == "gated":
            self.answer(403 if token else 401, b"{}", X_Error_Code="GatedRepo")
        elif model == "busy":
            self.answer(429)
        elif model not in MODELS:
            self.answer(404 if token else 401, b"{}", X_Error_Code="RepoNotFound")
        else:
            return False
        return True

    def describe(self, organization, model, revision):
        if model == "renamed":  # huggingface.co sends the new name on its own host
            return self.answer(307, b"elsewhere", Location=f"/api/models/{organization}/plain/revision/{revision}")
        if model == "loop":
            return self.answer(302, Location=self.path)
        if self.refuses(model):
            return
        if model == "nonsense":
            return self.answer(200, b"<html>not JSON</html>")
        if revision not in COMMITS:
            return self.answer(404, b"{}", X_Error_Code="RevisionNotFound")
        siblings = [{"rfilename": file} for file in MODELS[model]]
        self.answer(200, json.dumps({
            "id": f"{organization}/{model}", "sha": COMMITS[revision], "siblings": siblings}).encode())

    def resolve(self, model, revision, file):
        if model == "renamed":
            return self.answer(307, Location=self.path.replace("renamed", "plain"))
        if self.refuses(model):
            return
        data = MODELS[model].get(file)
        if data is None:
            return self.answer(404, b"", X_Error_Code="EntryNotFound")
        tag = '"%s"' % etag(file, data)
        if model in ("mirror", "changing", "lying", "lengthless") and is_large(file):
            return self.mirror(model, data)
        if not is_large(file):
            if model == "enormous":
                return self.answer(200, b"", ETag=tag, Content_Length=str(2**63 - 1))
            if model in ("endless", "slow"):
                return self.pour(tag, (bytes(1 << 20), 80, 0) if model == "endless" else (b"x", 100, 0.1))
            if model == "tagless":
                return self.answer(200, data)
            return self.answer(200, data, ETag=tag, X_Repo_Commit=COMMITS[revision])
        size = {} if model == "sizeless" else {"X_Linked_Size": str(len(data) - (1 if model == "liar" else 0))}
        location = f"http://localhost:{self.server.server_port}/storage/{model}/{file}?signature=1"
        self.answer(302, b"Found", Location=location, X_Linked_ETag=tag, ETag='"other"', X_Repo_Commit=COMMITS[revision], **size)

    def mirror(self, model, data):
        """The bytes themselves, under a tag that is a version and no digest. The first transfer breaks."""
        wanted = self.headers["Range"]
        if model == "lengthless":
            return self.pour('"v-1"', (data, 1, 0))
        if not wanted or self.command == "HEAD":
            with lock:
                broken[model] = broken.get(model, 0) + (self.command == "GET")
            whole = self.command == "HEAD" or (model == "lying" and broken[model] > 1)
            self.answer(200, data if whole else data[:300_000], ETag='"v-1"', Content_Length=str(len(data)))
            self.wfile.flush()
            self.close_connection = True
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        tag = '"v-2"' if model == "changing" else '"v-1"'
        first = start + (7 if model == "lying" else 0)
        self.answer(206, data[start:], ETag=tag, Content_Range=f"bytes {first}-{len(data) - 1}/{len(data)}")

    def pour(self, tag, parts):
        """A body whose length is not announced."""
        self.send_response(200)
        self.send_header("ETag", tag)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        part, count, pause = parts
        try:
            for _ in range(count if self.command == "GET" else 0):
                self.wfile.write(part)
                self.wfile.flush()
                time.sleep(pause)
        except OSError:
            pass

    def store(self, model, file):
        data = MODELS[model][file.split("?")[0]]
        start = 0
        wanted = self.headers["Range"]
        if wanted and model != "norange":
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(data):
                return self.answer(416)
        if model == "damaged":
            data = data[:-1] + b"!"
        body = data[start:]
        if model == "enormous-body":
            self.close_connection = True
            return self.answer(200, body, Content_Length=str(2**63 - 1))
        headers = {"Content_Range": f"bytes {start}-{len(data) - 1}/{len(data)}"} if start else {}
        with lock:
            broken[model] = broken.get(model, 0) + 1
            attempt = broken[model]
        if model == "stuck" or (model in ("broken", "norange", "sizeless") and attempt <= 2):
            part = b"" if model == "stuck" else body[:300_000]
            self.answer(206 if start else 200, part, Content_Length=str(len(body)), **headers)
            self.wfile.flush()
            self.close_connection = True
            return
        self.answer(206 if start else 200, body, **headers)


def end_with_input():
    sys.stdin.read()
    os._exit(0)


server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
threading.Thread(target=end_with_input, daemon=True).start()
print(server.server_port, flush=True)
server.serve_forever()
