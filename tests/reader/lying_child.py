"""A child process that a file has got hold of: its answers are not what `worker.serve` would say."""

from __future__ import annotations

import json
import sys

ANSWERS = {
    "nothing": b"",
    "no JSON": b"{\n",
    "a size that is none": b'{"size": "x", "ends": false}\n',
    "a size below nothing": b'{"size": -1, "ends": false}\n',
    "a size without end": b'{"size": 1000000000000, "ends": false}\n',
    "less than it says": b'{"size": 10, "ends": false}\n{}',
    "a line without end": b"[" * 1_000_000,
}


def main() -> None:
    opening = json.loads(sys.stdin.buffer.readline())
    order = json.loads(sys.stdin.buffer.readline())
    sys.stdin.buffer.read(order["size"])
    sys.stdout.buffer.write(ANSWERS[opening["lie"]])


if __name__ == "__main__":
    main()
