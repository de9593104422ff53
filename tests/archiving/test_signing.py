import json
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from consultations.archiving import verify
from consultations.archiving.signing import KeyUnusable, SigningKey, key_id, sign_live_head

METHODS = ("cryptography", "openssl", "python")

# RFC 8032 §7.1: public key, message, signature.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_known_answers(method: str, public: str, message: str, signature: str) -> None:
    parts = [bytes.fromhex(part) for part in (public, message, signature)]
    if method == "openssl" and not message:
        # OpenSSL 3.0 takes no empty file: the next method has to answer instead.
        method = "cryptography"
    assert verify.check_signature(*parts, method=method) == (True, method)


@given(st.binary(max_size=200), st.integers(0, 511), st.binary(min_size=1, max_size=3))
@settings(max_examples=60)
def test_pure_python_agrees_with_cryptography(message: bytes, bit: int, tail: bytes) -> None:
    key = SigningKey.generate()
    public, signature = bytes.fromhex(key.public_key), key.sign(message)
    flipped = bytearray(signature)
    flipped[bit // 8] ^= 1 << bit % 8
    cases = [
        (public, message, signature, True),
        (public, message, bytes(flipped), False),
        (public, message + tail, signature, False),
        (bytes.fromhex(SigningKey.generate().public_key), message, signature, False),
        (public, message, signature[:-1], False),
        (public, message, signature + b"\0", False),
        (public, message, b"", False),
    ]
    for *parts, valid in cases:
        assert verify.check_signature(*parts, method="python") == (valid, "python")
        assert verify.check_signature(*parts, method="cryptography") == (valid, "cryptography")


def test_a_signature_has_one_form() -> None:
    """S + L would fit the same equation: RFC 8032 §5.1.7 has it refused."""
    key = SigningKey.generate()
    signature = key.sign(b"text")
    larger = int.from_bytes(signature[32:], "little") + verify.ORDER
    other = signature[:32] + larger.to_bytes(32, "little")
    for method in METHODS:
        valid, _ = verify.check_signature(
            bytes.fromhex(key.public_key), b"text", other, method=method
        )
        assert not valid


@pytest.mark.parametrize("public", [b"\xff" * 32, b"\x02" + b"\0" * 31, b"", b"\0" * 31])
def test_what_is_no_point_verifies_nothing(public: bytes) -> None:
    assert verify.check_signature(public, b"", b"\0" * 64, method="python") == (False, "python")


def test_openssl_reads_our_keys_and_signatures(tmp_path: Path) -> None:
    key = SigningKey.generate()
    files = {"key.pem": key.public_pem(), "text": b"\x00text", "sig": key.sign(b"\x00text")}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    command = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in text -sigfile sig"
    subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)


def test_unknown_method_is_an_error() -> None:
    with pytest.raises(LookupError):
        verify.check_signature(b"", b"", b"", method="none")


def test_key_survives_pem() -> None:
    key = SigningKey.generate()
    assert SigningKey.from_pem(key.to_pem()).key_id == key.key_id


def test_key_of_another_kind_is_refused() -> None:
    forms = (Encoding.PEM, PrivateFormat.PKCS8)
    other = generate_private_key(SECP256R1()).private_bytes(*forms, NoEncryption())
    word = BestAvailableEncryption(b"word")
    locked = Ed25519PrivateKey.generate().private_bytes(*forms, word)
    for pem in (other, locked, b"no key"):
        with pytest.raises(KeyUnusable):
            SigningKey.from_pem(pem)


def test_key_id_is_the_digest_of_the_raw_key(tmp_path: Path) -> None:
    key = SigningKey.generate()
    assert key.key_id == sha256(bytes.fromhex(key.public_key)).hexdigest() == key_id(key.public_key)
    path = tmp_path / "hall.pem"
    path.write_bytes(key.public_pem())
    assert verify.read_keys(str(path)) == [key.public_key]


def test_live_head_is_signed_and_no_archive_head() -> None:
    key = SigningKey.generate()
    head = sign_live_head(
        key,
        room="7",
        hall="demo",
        count=3,
        chain_head="0" * 64,
        merkle_root="1" * 64,
        at="2024-05-20T08:00:00.000000Z",
    )
    public = bytes.fromhex(key.public_key)
    assert verify.check_signature(public, head.content, head.signature)[0]
    assert set(verify.HEAD_SHAPE) - set(json.loads(head.content))
