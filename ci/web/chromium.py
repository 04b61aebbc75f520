"""A headless Chromium that is driven over a pipe, with what Python brings."""

import base64
import json
import os
import pathlib
import select
import subprocess
import tempfile
import time


class Chromium:
    """One browser with one page. What the page logs as an error, and what it asks of a network, is kept."""

    def __init__(self, program):
        self.profile = tempfile.TemporaryDirectory(prefix="chromium-")
        to_browser, self.writing = os.pipe()
        self.reading, from_browser = os.pipe()
        flags = (
            "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-extensions "
            "--disable-component-update --remote-debugging-pipe --window-size=1280,900 --allow-file-access-from-files"
        ).split()

        def place():
            # The browser reads descriptor 3 and writes 4; both are moved out of each other's way first.
            read, write = os.dup(to_browser), os.dup(from_browser)
            high = [os.dup(os.dup(os.dup(read))), os.dup(os.dup(os.dup(write)))]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(
            [program, *flags, f"--user-data-dir={self.profile.name}", "about:blank"],
            preexec_fn=place, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self.buffer, self.last, self.session = b"", 0, None
        self.errors, self.requests = [], []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        """The result of a command of the DevTools protocol."""
        self.last += 1
        message = {"id": self.last, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.writing, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.next(60)
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def next(self, seconds):
        while b"\0" not in self.buffer:
            if not select.select([self.reading], [], [], seconds)[0]:
                raise TimeoutError(f"the browser was silent for {seconds} s")
            part = os.read(self.reading, 1 << 20)
            if not part:
                raise RuntimeError("the browser has ended")
            self.buffer += part
        line, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(line)
        self.note(message)
        return message

    def note(self, message):
        name, facts = message.get("method"), message.get("params", {})
        if name == "Runtime.exceptionThrown":
            details = facts["exceptionDetails"]
            self.errors.append(details.get("exception", {}).get("description", details["text"]))
        elif name == "Runtime.consoleAPICalled" and facts["type"] in ("error", "warning"):
            self.errors.append(" ".join(str(one.get("value")) for one in facts["args"]))
        elif name == "Log.entryAdded" and facts["entry"]["level"] == "error":
            self.errors.append(facts["entry"]["text"])
        elif name == "Network.requestWillBeSent":
            self.requests.append(facts["request"]["url"])

    def open(self, address):
        self.requests.clear()
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=str(address))

    def run(self, expression):
        """The value of a JavaScript expression, awaited where it is a promise."""
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']['exception'].get('description')}")
        return result["result"].get("value")

    def wait(self, expression, seconds=30):
        """Until an expression holds; before a page is there, none does."""
        end = time.monotonic() + seconds
        while not self.run(f"(() => {{ try {{ return {expression}; }} catch {{ return false; }} }})()"):
            if time.monotonic() > end:
                raise TimeoutError(f"'{expression}' does not hold after {seconds} s")
            time.sleep(0.05)

    def press(self, *keys):
        codes = {"Enter": 13, "Escape": 27, "ArrowDown": 40, "ArrowUp": 38, "ArrowRight": 39, "Tab": 9, "End": 35, "Home": 36}
        for key in keys:
            text = "\r" if key == "Enter" else key if len(key) == 1 else ""
            facts = {"key": key, "windowsVirtualKeyCode": codes.get(key, ord(key[0].upper()))}
            self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **facts)
            self.call("Input.dispatchKeyEvent", type="keyUp", **facts)

    def colors(self, scheme, medium=""):
        self.call("Emulation.setEmulatedMedia", media=medium, features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        self.profile.cleanup()
