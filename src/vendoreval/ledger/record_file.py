"""How a record stands in its file.

A record file is JSON whose frame is fixed to the byte::

    {"sha256": "<of the commit text>", "bytes": <of the commit text>,
    "commit": {...}}

so that a flipped byte is seen anywhere in it, and a record that was cut off
while being written is told from one that was changed.
"""

from __future__ import annotations

import hashlib
import re
from typing import Annotated

from pydantic import Field, TypeAdapter

from vendoreval.ledger.records import AnyRecord

_FRAME = re.compile(rb'\{"sha256": "([0-9a-f]{64})", "bytes": ( *\d+),\n"commit": ')
_FRAME_LENGTH = len('{"sha256": "') + 64 + len('", "bytes": ') + 10 + len(',\n"commit": ')
_END = b"}\n"
_ANY: TypeAdapter[AnyRecord] = TypeAdapter(Annotated[AnyRecord, Field(discriminator="kind")])


class CutOffError(ValueError):
    """The record ends before its own stated length: its writer was interrupted."""


def record_bytes(record: AnyRecord) -> tuple[bytes, str]:
    """Return the bytes of a record file and the hash by which the next record names it."""
    body = record.model_dump_json(indent=1).encode()
    digest = hashlib.sha256(body).hexdigest()
    frame = f'{{"sha256": "{digest}", "bytes": {len(body):10d},\n"commit": '.encode()
    return frame + body + _END, digest


def read_record(content: bytes) -> tuple[AnyRecord, str]:
    """Return what the bytes of a record file hold, and its hash.

    Raises
    ------
    CutOffError
        If the bytes end too early.
    ValueError
        If they are not what was written.
    """
    if len(content) < _FRAME_LENGTH:
        raise CutOffError("the record ends too early")
    frame = _FRAME.match(content)
    if frame is None or frame.end() != _FRAME_LENGTH:
        raise ValueError("the record does not begin as a record")
    length = int(frame[2])
    if len(content) < _FRAME_LENGTH + length + len(_END):
        raise CutOffError("the record ends too early")
    body, end = content[_FRAME_LENGTH:][:length], content[_FRAME_LENGTH + length :]
    digest = hashlib.sha256(body).hexdigest()
    if end != _END or digest.encode() != frame[1]:
        raise ValueError("the record is not the one that was written")
    return _ANY.validate_json(body), digest
