from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.archiving import verify
from consultations.archiving.merkle import (
    RootBuilder,
    inclusion_proof,
    leaf_hash,
    verify_inclusion,
)

# The known answers that implementations of RFC 6962 share.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
N01 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
LEAF0 = ROOTS[0]
LEAF1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
N47 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
LEAF4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
N67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"

LEAVES = st.lists(st.binary(max_size=6), min_size=1, max_size=70, unique=True)


def tree_root(leaves: list[bytes]) -> bytes:
    builder = RootBuilder()
    for data in leaves:
        builder.add(data)
    return builder.root()


def proof_hex(proof: list[bytes]) -> list[str]:
    return [node.hex() for node in proof]


@pytest.mark.parametrize("size", range(1, 9))
def test_root_known_answers(size: int) -> None:
    assert tree_root(INPUTS[:size]).hex() == ROOTS[size - 1]


def test_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert tree_root([]) == sha256(b"").digest()


@pytest.mark.parametrize(
    ("leaf", "size", "expected"),
    [
        (1, 1, []),
        (1, 8, [LEAF1, N01, N47]),
        (6, 8, [LEAF4, N67, ROOTS[3]]),
        (3, 3, [ROOTS[1]]),
        (2, 5, [LEAF0, N01, LEAF4]),
    ],
)
def test_inclusion_known_answers(leaf: int, size: int, expected: list[str]) -> None:
    hashes = [leaf_hash(data) for data in INPUTS[:size]]
    assert proof_hex(inclusion_proof(hashes, leaf - 1)) == expected


@given(LEAVES, st.data())
def test_inclusion_holds_for_its_own_place_alone(leaves: list[bytes], data: st.DataObject) -> None:
    hashes = [leaf_hash(leaf) for leaf in leaves]
    index = data.draw(st.integers(0, len(leaves) - 1))
    root, size = tree_root(leaves), len(leaves)
    proof = inclusion_proof(hashes, index)

    def holds(leaf: bytes = hashes[index], at: int = index, path: list[bytes] = proof) -> bool:
        return verify_inclusion(leaf, index=at, size=size, proof=path, root=root)

    assert holds()
    assert not holds(leaf=sha256(b"another").digest())
    assert not holds(at=size)
    assert not holds(at=-1)
    assert not holds(path=[*proof, root])
    if proof:
        assert not holds(path=proof[:-1])
        assert not holds(path=[sha256(proof[0]).digest(), *proof[1:]])
    for other in range(size):
        assert holds(at=other) == (other == index)


def test_proof_refuses_what_is_not_in_the_tree() -> None:
    with pytest.raises(IndexError):
        inclusion_proof([leaf_hash(b"")], 1)


def test_a_node_cannot_pass_for_a_leaf() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert tree_root([left + right]) != tree_root([b"a", b"b"])


def test_module_and_verifier_are_written_apart() -> None:
    assert "merkle" not in vars(verify)
