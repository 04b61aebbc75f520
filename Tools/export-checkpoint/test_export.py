"""python3 -m unittest discover -s Tools/export-checkpoint; PyTorch and Orbax are tried where they are installed."""

import hashlib
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy

import checkpoint
import gpt
import settings

TOOL = pathlib.Path(__file__).parent
CONFIG = {
    "architecture": {
        "n_layers": 2, "n_embd": 8, "n_head": 2, "vocab_size": 11, "block_size": 16, "rope": True, "bias": True,
        "layer_norm_eps": 1e-05,
    }
}


def weights(rope=True):
    random = numpy.random.default_rng(7)
    config = settings.merged(CONFIG, {"architecture": {"rope": rope}})
    return {path: random.standard_normal(shape).astype("f4") for path, shape in gpt.shapes(config).items()}


class ExportTests(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def run_tool(self, *arguments):
        return subprocess.run(
            [sys.executable, str(TOOL), *map(str, arguments), "--root", str(self.path)], capture_output=True, text=True
        )

    def export(self, *arguments, place="general/default/run/final"):
        done = self.run_tool(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.path / "checkpoints" / place

    def failure(self, *arguments):
        done = self.run_tool(*arguments)
        self.assertEqual(done.returncode, 1, done.stderr)
        return done.stderr.strip()

    def tree(self, parameters, name="tree.h5"):
        with h5py.File(self.path / name, "w") as file:
            file.attrs["config_json"] = json.dumps(CONFIG)
            for path, array in parameters.items():
                file[f"params/{path}"] = array
        return self.path / name

    def compare(self, place, expected, exact=True):
        with h5py.File(place / "checkpoint.h5") as file:
            self.assertEqual(bytes(file.attrs["format"]), b"assay-checkpoint")
            self.assertEqual(file.attrs["version"], 1)
            self.assertEqual(bytes(file.attrs["config"]).decode(), (place / "config.yaml").read_text())
            found = {}
            file["params"].visititems(
                lambda name, item: found.update({name: item}) if isinstance(item, h5py.Dataset) else None
            )
            self.assertEqual(sorted(found), sorted(expected))
            for path, data in found.items():
                if exact:
                    self.assertTrue((data[...] == expected[path]).all(), path)
                    digest = hashlib.sha256(data[...].tobytes()).hexdigest()
                    self.assertEqual(bytes(data.attrs["sha256"]).decode(), digest)
                else:
                    numpy.testing.assert_allclose(data[...], expected[path], rtol=2**-8)
                self.assertEqual(len(data.attrs["axes"]), data.ndim)

    def test_hdf5_tree(self):
        place = self.export(
            self.tree(weights()), "--name", "run", "--tokenizer", "bytes", "--steps", 401, "--score=-inf"
        )
        self.compare(place, weights())
        self.assertEqual(json.loads((place / "config.json").read_text()), {"score": None, "steps": 401})
        self.assertEqual((place.parent / "latest").read_text(), "final")
        text = (place / "config.yaml").read_text()
        self.assertIn("tokenizer:\n  backend: bytes\n", text)
        self.assertIn("layer_norm_eps: 1.0e-05\n", text)
        self.assertIn("job: gpt/evaluate\n", text)

    def test_bfloat16(self):
        place = self.export(self.tree(weights()), "--name", "run", "--dtype", "bfloat16")
        self.compare(place, weights(), exact=False)

    def test_rounding(self):
        array = numpy.array([1, 1 + 2**-8, 1 + 3 * 2**-8, -1.5, numpy.inf, numpy.nan, 3.4e38, 1e-40], "f4")
        back = (checkpoint.bfloat16_bits(array).astype("u4") << 16).view("f4")
        expected = [1, 1, 1 + 2**-6, -1.5, numpy.inf, numpy.nan, numpy.inf, 2**-133]
        numpy.testing.assert_allclose(back, numpy.array(expected, "f4"), rtol=0)

    def test_npz(self):
        numpy.savez(self.path / "w.npz", **{f"params/{path}": array for path, array in weights(rope=False).items()})
        place = self.export(self.path / "w.npz", "--name", "run", "--heads", 2)
        self.compare(place, weights(rope=False))
        self.assertIn("rope: false\n", (place / "config.yaml").read_text())
        self.assertIn("'architecture/n_head': give --heads", self.failure(self.path / "w.npz", "--name", "x"))

    @unittest.skipUnless(importlib.util.find_spec("torch"), "PyTorch is not installed")
    def test_nanogpt(self):
        import torch

        expected = weights(rope=False)
        state = {"_orig_mod.lm_head.weight": torch.tensor(expected["wte"])}
        for path, array in expected.items():
            name = path.replace("blocks_", "h.").replace("/kernel", "/weight").replace("/", ".")
            name = f"_orig_mod.transformer.{name}{'' if '/' in path else '.weight'}"
            state[name] = torch.tensor(array.T.copy() if path.endswith("kernel") else array)
        state["_orig_mod.transformer.h.0.attn.bias"] = torch.ones(1, 1, 16, 16)
        given = {"n_layer": 2, "n_head": 2, "n_embd": 8, "block_size": 16, "bias": True, "vocab_size": 11}
        whole = {"model": state, "model_args": given, "iter_num": 5, "best_val_loss": torch.tensor(1.5)}
        torch.save(whole, self.path / "ckpt.pt")
        place = self.export(self.path / "ckpt.pt", "--name", "run", "--group", "g", place="general/g/run/final")
        self.compare(place, expected)
        self.assertEqual(json.loads((place / "config.json").read_text()), {"score": -1.5, "steps": 5})

        state["_orig_mod.lm_head.weight"] = torch.zeros(11, 8)
        torch.save(state, self.path / "untied.pt")
        self.assertIn("expected one tied table", self.failure(self.path / "untied.pt", "--name", "x", "--heads", 2))

    @unittest.skipUnless(importlib.util.find_spec("torch"), "PyTorch is not installed")
    def test_no_code_is_run(self):
        import torch

        class Evil:
            def __reduce__(self):
                return (pathlib.Path.touch, (pathlib.Path(marker),))

        marker = str(self.path / "executed")
        torch.save({"model": Evil()}, self.path / "evil.pt")
        self.assertIn("cannot read", self.failure(self.path / "evil.pt", "--name", "x"))
        self.assertFalse(pathlib.Path(marker).exists())

    @unittest.skipUnless(importlib.util.find_spec("orbax"), "Orbax is not installed")
    def test_orbax(self):
        import orbax.checkpoint

        tree = {}
        for path, array in weights().items():
            *parents, last = path.split("/") + (["value"] if path.split("/")[-1] in ("wte", "kernel") else [])
            node = tree
            for part in parents:
                node = node.setdefault(part, {})
            node[last] = array
        old = self.path / "old"
        old.mkdir()
        state = [None, [{"mu": tree}]]
        orbax.checkpoint.PyTreeCheckpointer().save(
            (old / "checkpoint").absolute(), {"step": 3, "params": tree, "opt_state": state}
        )
        (old / "config.yaml").write_text(settings.to_yaml(CONFIG))
        (old / "config.json").write_text('{"steps": 401, "score": -Infinity}')
        (old / "job.json").write_text('{"name": "run", "id": "3", "project": "p", "group": null}')
        place = self.export(old, place="p/default/run/final")
        self.compare(place, weights())
        self.assertEqual(json.loads((place / "config.json").read_text()), {"score": None, "steps": 401})

    def test_failures(self):
        tree = self.tree(weights())
        self.assertIn("there is no 'nowhere.h5'", self.failure("nowhere.h5", "--name", "x"))
        self.assertIn("give the checkpoint a --name", self.failure(tree))
        self.assertIn("--project 'a/b' cannot name a directory", self.failure(tree, "--name", "x", "--project", "a/b"))
        self.assertIn("--suffix '..' cannot name", self.failure(tree, "--name", "x", "--suffix", "../x"))
        self.assertIn("cannot tell what", self.failure(TOOL / "README.md", "--name", "x"))
        (self.path / "text.h5").write_text("text")
        self.assertIn("is no HDF5 file", self.failure(self.path / "text.h5", "--name", "x"))
        missing = weights()
        del missing["ln_f/bias"]
        missing["extra"] = missing["wte"]
        missing["blocks_1/ln_1/weight"] = numpy.ones(9, "f4")
        self.assertIn(
            "the weights do not fit the settings: missing: 'ln_f/bias'; not expected: 'extra'; "
            "wrong shape: 'blocks_1/ln_1/weight' expected [8], found [9]",
            self.failure(self.tree(missing, "bad.h5"), "--name", "x"),
        )
        self.assertIn("expected floats", self.failure(self.tree({"wte": numpy.ones((2, 2), int)}, "i.h5"), "--name", "x"))
        self.export(tree, "--name", "run")
        self.assertIn("--replace replaces it", self.failure(tree, "--name", "run"))
        self.export(tree, "--name", "run", "--replace")
        self.assertEqual(sorted(item.name for item in (self.path / "checkpoints/general/default").iterdir()), ["run"])
        self.assertEqual(
            sorted(item.name for item in (self.path / "checkpoints/general/default/run").iterdir()), ["final", "latest"]
        )

    def test_ten_lines(self):
        place = self.path / "mine"
        subprocess.run([sys.executable, str(TOOL / "ten_lines.py"), str(place)], check=True)
        with h5py.File(place / "checkpoint.h5") as file:
            self.assertEqual(file.attrs["format"], "assay-checkpoint")
            self.assertEqual(file["params/wte"].shape, (259, 4))


if __name__ == "__main__":
    unittest.main()
