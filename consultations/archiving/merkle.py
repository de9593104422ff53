"""RFC 6962 Merkle trees over SHA-256: root and inclusion proofs.

A leaf's data is the chained line of an event. A proof lets one person check that one event is
in a published head, without seeing any other event. All hashes are 32 bytes.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962 §2.1: hash of a leaf, with the 0x00 prefix."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962 §2.1: hash of an inner node, with the 0x01 prefix."""
    return sha256(b"\x01" + left + right).digest()


class RootBuilder:
    """Root of a tree that grows leaf by leaf, in O(log n) memory."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """An empty tree, or one that goes on from ``size`` leaves with these ``peaks``."""
        self.size = size
        self._peaks: list[bytes] = list(peaks)
        if len(self._peaks) != size.bit_count():
            raise ValueError("the peaks are not those of a tree of this size")

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """Roots of the full subtrees from the left: all that is needed to go on later."""
        return tuple(self._peaks)

    def add(self, data: bytes) -> None:
        """Append the leaf with this data."""
        node = leaf_hash(data)
        size = self.size
        while size & 1:
            node = node_hash(self._peaks.pop(), node)
            size >>= 1
        self._peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Root over all leaves so far; of an empty tree, the hash of nothing."""
        if not self._peaks:
            return sha256(b"").digest()
        node = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            node = node_hash(peak, node)
        return node


def inclusion_proof(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """RFC 6962 §2.1.1 audit path of leaf ``index`` (from 0), lowest first, from leaf hashes.

    Raises IndexError when there is no such leaf.
    """
    if not 0 <= index < len(hashes):
        raise IndexError("no such leaf")
    proof: list[bytes] = []
    low, high = 0, len(hashes)
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            proof.append(_root(hashes, middle, high))
            high = middle
        else:
            proof.append(_root(hashes, low, middle))
            low = middle
    return proof[::-1]


def verify_inclusion(
    leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether ``leaf`` (a leaf hash) is at ``index`` of the tree of ``size`` with ``root``.

    RFC 9162 §2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    position, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and node == root


def _split(size: int) -> int:
    """Largest power of two smaller than ``size``."""
    return 1 << (size - 1).bit_length() - 1


def _root(hashes: Sequence[bytes], low: int, high: int) -> bytes:
    if high - low == 1:
        return hashes[low]
    middle = low + _split(high - low)
    return node_hash(_root(hashes, low, middle), _root(hashes, middle, high))
