"""Makes the wheel `assay-eval` of a folder with bin/evaluate and lib/.

    python3 wheel.py VERSION PLATFORM TREE FOLDER      PLATFORM such as manylinux_2_36_x86_64
"""

import base64
import hashlib
import os
import pathlib
import sys
import zipfile

HERE = pathlib.Path(__file__).resolve().parent


def digest(contents):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(contents).digest()).rstrip(b"=").decode()


def members(version, platform, tree):
    """Names within the wheel, contents, and whether they can be run."""
    for file in sorted((HERE / "assay").iterdir()):
        if file.is_file():
            yield f"assay/{file.name}", file.read_bytes(), False
    for file in sorted(path for part in ("bin", "lib") for path in (tree / part).rglob("*") if path.is_file()):
        yield f"assay/{file.relative_to(tree)}", file.read_bytes(), os.access(file, os.X_OK)
    info = f"assay_eval-{version}.dist-info"
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    yield f"{info}/METADATA", (
        f"Metadata-Version: 2.1\nName: assay-eval\nVersion: {version}\n"
        "Summary: How good is this language model? Evaluations by one native binary, the same bits every time\n"
        "License: Apache-2.0\nRequires-Python: >=3.9\nDescription-Content-Type: text/markdown\n\n" + readme
    ).encode(), False
    yield f"{info}/WHEEL", (
        f"Wheel-Version: 1.0\nGenerator: assay\nRoot-Is-Purelib: false\nTag: py3-none-{platform}\n"
    ).encode(), False
    yield f"{info}/entry_points.txt", b"[console_scripts]\nassay = assay.__main__:main\n", False
    yield f"{info}/licenses/LICENSE", (HERE.parent.parent / "LICENSE").read_bytes(), False


def write(version, platform, tree, folder):
    path = folder / f"assay_eval-{version}-py3-none-{platform}.whl"
    record = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        for name, contents, runs in members(version, platform, tree):
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if runs else 0o100644) << 16
            wheel.writestr(entry, contents)
            record.append(f"{name},{digest(contents)},{len(contents)}")
        name = f"assay_eval-{version}.dist-info/RECORD"
        wheel.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), "\n".join([*record, f"{name},,"]) + "\n")
    return path


if __name__ == "__main__":
    print(write(sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4])))
