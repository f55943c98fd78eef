"""A delivery against its agreement: every row ends up somewhere, nothing raises for bad rows."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from vendoreval.engine import Parts
from vendoreval.errors import DeliveryError, os_problem
from vendoreval.intake.blocks import read_blocks
from vendoreval.intake.collect import Collector
from vendoreval.intake.delivery import Delivery
from vendoreval.intake.encodings import is_utf8, transcode
from vendoreval.intake.examine import Examined, examine
from vendoreval.intake.plan import Plan, make_plan
from vendoreval.intake.readings import Readings, TextFile
from vendoreval.intake.report import ValidationReport

# measured: larger blocks cost memory and are no quicker on two cores
BLOCK_BYTES = 16 << 20
WORKERS = 2
# the layout is judged on this much, before anything else is read
_FIRST_BYTES = 256 << 10


def validate(
    delivery: Delivery,
    *,
    references: Mapping[str, Parts] | None = None,
    staging: Path | None = None,
    block_bytes: int = BLOCK_BYTES,
    parts: bool = True,
    workers: int = WORKERS,
) -> ValidationReport:
    """Check every row of a delivery.

    Rows that break no rule are accepted, typed; rows that break one are quarantined
    as the text they were; lines that are no rows are rejected; totals and repeated
    headers are skipped. The first copy of a repeated key is accepted.

    Parameters
    ----------
    delivery
        From `read_delivery`.
    references
        Report name -> Parquet files, or parts of them, of rows accepted before, for
        foreign keys.
    staging
        Folder in which the parts are written; a temporary one when not given.
    block_bytes
        How much of the file is read at a time.
    parts
        Whether accepted and quarantined rows are written; without them the faults, which
        always are, come quicker.
    workers
        How many blocks are examined beside each other; the answer does not depend on it.

    Returns
    -------
    ValidationReport

    Raises
    ------
    DeliveryError
        If most lines do not have the columns of the header, the disk is full, or the
        file changed meanwhile.
    AgreementError
        If the agreement holds a pattern or rule that cannot be run.

    Examples
    --------
    >>> validate(delivery)  # doctest: +SKIP
    ValidationReport(calls_202610.csv: 1,204 rows = 1,201 accepted + 3 quarantined)
    """
    plan = make_plan(delivery, references)
    if staging is not None:
        staging.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="vendoreval-", dir=staging))
    try:
        collector = Collector(plan, folder, parts)
        with _open(delivery, folder, plan.readings) as stream:
            blocks = _examined(plan, stream, block_bytes, workers)
            # a file whose first block is refused need not be read to its end
            for examined in islice(blocks, 1):
                collector.take(examined)
            with _known_digest(delivery, parts):
                for examined in blocks:
                    collector.take(examined)
        delivery.stop_if_changed()
        return collector.finish()
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise DeliveryError(os_problem(str(delivery.path), error)) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def _known_digest(delivery: Delivery, wanted: bool) -> Iterator[None]:
    """Work out the digest meanwhile: rows that are kept say which file they came from."""
    if not wanted:
        yield
        return
    pool = ThreadPoolExecutor(1, thread_name_prefix="vendoreval-digest")
    digest = pool.submit(lambda: delivery.sha256)
    try:
        yield
        digest.result()
    finally:
        pool.shutdown(wait=False)


@contextmanager
def _open(delivery: Delivery, folder: Path, readings: Readings) -> Iterator[BinaryIO]:
    """Open the UTF-8 text of the delivery at its first row."""
    path = delivery.path if delivery.text is None else delivery.text.path
    copy = folder / "text-in-utf-8"
    if delivery.text is None and not is_utf8(delivery.encoding):
        transcode(path, copy, delivery.encoding)
        path = copy
    try:
        # unbuffered: blocks are large, and a mapped file would count as memory
        with path.open("rb", buffering=0) as stream:
            stream.seek(delivery.data_offset, os.SEEK_SET)
            readings.file = TextFile(
                path, delivery.data_offset, delivery.delimiter, delivery.cell_names
            )
            yield _Whole(stream)  # type: ignore[misc]  # it reads and seeks, which is all that is asked
    finally:
        copy.unlink(missing_ok=True)


class _Whole:
    """A raw file may answer with fewer bytes than asked; this one does so at its end only."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw

    def read(self, size: int) -> bytes:
        pieces: list[bytes] = []
        while size > 0 and (piece := self._raw.read(size)):
            pieces.append(piece)
            size -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def seek(self, offset: int) -> int:
        return self._raw.seek(offset)

    def tell(self) -> int:
        return self._raw.tell()


def _examined(plan: Plan, stream: BinaryIO, block_bytes: int, workers: int) -> Iterator[Examined]:
    """Examine the blocks beside each other, yield them in the order of the file."""
    delivery = plan.delivery
    blocks = read_blocks(
        stream, row=delivery.header_row + 1, line=delivery.header_line + 1,
        delimiter=delivery.delimiter, cells=len(delivery.columns), block_bytes=block_bytes,
        first_bytes=_FIRST_BYTES,
    )  # fmt: skip
    for block in blocks:
        # whoever takes it may find the layout wrong and end here
        yield examine(plan, block)
        break
    pending: deque[Future[Examined]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="vendoreval-intake") as pool:
        try:
            for block in blocks:
                pending.append(pool.submit(examine, plan, block))
                if len(pending) > workers:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
