//! A P-256 key whose number begins with zeros.
//!
//! ssh writes the number as an `mpint`, which has no leading zeros (RFC 4251, section 5), so about one key in 256 has
//! fewer than 32 bytes. `ssh-key` 0.6 asks for all of them. Here they are filled up, and the rest is left to it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::zeroize::Zeroizing;
use ssh_key::PrivateKey;

const FORMAT: &[u8] = b"openssh-key-v1\0";
const KIND: &[u8] = b"ecdsa-sha2-nistp256";
const NUMBER_BYTES: usize = 32;
/// What the secret part is padded to where no cipher asks for more (OpenSSH's PROTOCOL.key).
const BLOCK_BYTES: usize = 8;

/// The key in `text` if it is one of those, else nothing.
pub(super) fn parse(text: &str) -> Option<PrivateKey> {
    let lines = text.trim().strip_prefix("-----BEGIN OPENSSH PRIVATE KEY-----")?;
    let lines = lines.strip_suffix("-----END OPENSSH PRIVATE KEY-----")?;
    let joined = Zeroizing::new(lines.split_ascii_whitespace().collect::<String>());
    let bytes = Zeroizing::new(STANDARD.decode(&*joined).ok()?);

    let rest = &mut bytes.strip_prefix(FORMAT)?;
    let (cipher, kdf, options) = (string(rest)?, string(rest)?, string(rest)?);
    let (count, public, secret) = (take(rest, 4)?, string(rest)?, &mut string(rest)?);
    let check = take(secret, 8)?;
    let (kind, curve, point) = (string(secret)?, string(secret)?, string(secret)?);
    let (number, comment) = (string(secret)?, string(secret)?);
    if cipher != b"none" || kind != KIND || number.len() >= NUMBER_BYTES {
        return None;
    }

    let mut full = Zeroizing::new([0; NUMBER_BYTES]);
    full[NUMBER_BYTES - number.len()..].copy_from_slice(number);
    let mut secret = Zeroizing::new(Vec::with_capacity(bytes.len() + NUMBER_BYTES));
    secret.extend_from_slice(check);
    [kind, curve, point, &*full, comment].into_iter().for_each(|part| put(&mut secret, part));
    let padding = secret.len().next_multiple_of(BLOCK_BYTES) - secret.len();
    secret.extend((1..).take(padding));

    let mut whole = Zeroizing::new(Vec::with_capacity(bytes.len() + 2 * NUMBER_BYTES));
    whole.extend_from_slice(FORMAT);
    [cipher, kdf, options].into_iter().for_each(|part| put(&mut whole, part));
    whole.extend_from_slice(count);
    [public, &secret].into_iter().for_each(|part| put(&mut whole, part));
    PrivateKey::from_bytes(&whole).ok()
}

fn take<'a>(rest: &mut &'a [u8], bytes: usize) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(bytes)?;
    *rest = after;
    Some(taken)
}

/// A `string` of RFC 4251: its length in four bytes, and its bytes.
fn string<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = u32::from_be_bytes(take(rest, 4)?.try_into().ok()?);
    take(rest, usize::try_from(length).ok()?)
}

fn put(whole: &mut Vec<u8>, part: &[u8]) {
    let length = u32::try_from(part.len()).expect("a part of a key that was read is short");
    whole.extend_from_slice(&length.to_be_bytes());
    whole.extend_from_slice(part);
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use crate::key::HeldKey;

    /// The key with this number, made by openssl and put into OpenSSH's form by ssh-keygen.
    fn key(number: [u8; 32]) -> (String, String) {
        let dir = tempfile::tempdir().unwrap();
        let (der, path) = (dir.path().join("der"), dir.path().join("key"));
        // RFC 5915: a version, the number, and the curve's name.
        let before = [0x30, 0x31, 2, 1, 1, 4, 32];
        let curve = [0xa0, 0x0a, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
        std::fs::write(&der, [&before[..], &number, &curve].concat()).unwrap();
        let run = |program: &str, args: &[&str]| {
            let output = Command::new(program).args(args).output().unwrap();
            assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        let (der, path) = (der.to_str().unwrap(), path.to_str().unwrap());
        run("openssl", &["ec", "-inform", "DER", "-in", der, "-out", path]);
        run("chmod", &["600", path]);
        run("ssh-keygen", &["-q", "-p", "-N", "", "-f", path]);
        (std::fs::read_to_string(path).unwrap(), run("ssh-keygen", &["-l", "-f", path]))
    }

    #[test]
    fn a_key_is_a_key_however_many_zeros_it_begins_with() {
        // ssh-keygen takes no number of fewer than half the bits.
        for zeros in [0, 1, 2, 15] {
            // A number whose first bit is set gets a zero in front; one byte of it is left at the end.
            for first in [0x7f, 0x80] {
                let mut number = [0; 32];
                number[zeros..].fill(0x11);
                number[zeros] = first;
                let (text, listed) = key(number);
                let held = HeldKey::parse(&text.into()).unwrap_or_else(|error| panic!("{zeros} {first:x}: {error}"));
                assert!(listed.contains(&held.fingerprint()), "{listed}");
            }
        }
    }
}
